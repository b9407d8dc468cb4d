/** Whether the repository can be read: at a GitLab that says that its project is there, too. */
import { RegistryError } from 'oras-js';
import { ok, unknown } from './check-line.js';
import { isGitlab, isReached, type Check } from './place.js';

export const checkRepository: Check = async (place, options) => {
  if (!isReached(place)) return unknown('not asked: no registry answered');
  const { client, registry, repository } = place;
  const project = isGitlab(place) ? 'the project is there and ' : '';
  try {
    const tags = client.repository(registry, repository).tags(options)[Symbol.asyncIterator]();
    const first = await tags.next();
    await tags.return?.();
    const what = first.done === true ? 'has no tag yet' : 'has images already';
    return ok(`${project}the repository can be read and ${what}`);
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'REGISTRY_NOT_FOUND') throw error;
    return ok(`${project}can be read; the repository is not there before the first push`);
  }
};
