/** Where a challenge sends us for a token, and whether we may go there. */
import { printable } from '../errors/printable.js';
import { resolveUrl } from '../http/resolve-url.js';
import { RegistryError } from '../registry/registry-error.js';

const maxRealmLength = 2048;

export interface RealmQuestion {
  /** As it stands in the challenge; may be relative and may have a query. */
  readonly realm: string;
  readonly challenger: URL;
  readonly operation: string;
}

/** @throws RegistryError `REGISTRY_PROTOCOL` */
export function checkRealm({ realm, challenger, operation }: RealmQuestion): URL {
  const url = realm.length <= maxRealmLength ? resolveUrl(realm, challenger) : undefined;
  const isAllowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && challenger.protocol === 'http:');
  if (url !== undefined && isAllowed && url.username === '' && url.password === '') return url;
  throw new RegistryError(
    'REGISTRY_PROTOCOL',
    `${operation}: expected ${challenger.host} to name an https address for tokens, found ${JSON.stringify(printable(realm, 120))}`,
    {
      host: challenger.host,
      operation,
      hint: 'correct the external address in the settings of the registry; credentials were not sent',
    },
  );
}
