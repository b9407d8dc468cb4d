/** How many requests a docker-registry answered, from the access log in its folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const accessLine = /"(?:GET|HEAD|POST|PATCH|PUT|DELETE) \/v2\/\S* HTTP\//g;

export function requestsOf(registry) {
  return readFileSync(join(registry.folder, 'log.txt'), 'utf8').match(accessLine)?.length ?? 0;
}
