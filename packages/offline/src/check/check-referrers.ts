/** Whether the registry lists what refers to an image; where it does not, signatures are kept under a tag. */
import { digestOf } from 'oras-js';
import { ok, unknown } from './check-line.js';
import { isReached, type Check } from './place.js';

export const checkReferrers: Check = async (place, options) => {
  if (!isReached(place)) return unknown('not asked: no registry answered');
  const { client, registry, repository } = place;
  // Any digest will do: a registry that knows the question answers with an empty list.
  const lists = await client.probe(registry, repository).listsReferrers(digestOf(''), options);
  if (lists === undefined) return unknown('cannot be told before the repository is there');
  return ok(
    lists
      ? 'listed by the registry'
      : 'not listed by the registry: signatures are kept under tags made of the digest',
  );
};
