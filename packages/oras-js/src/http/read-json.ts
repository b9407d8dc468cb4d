/** A small answer in JSON, parsed into what it should be. */
import { JsonError } from '../json/json-error.js';
import { parseStrictJson, type JsonValue } from '../json/strict-json.js';
import { notARegistryHint } from '../registry/error-hints.js';
import { RegistryError } from '../registry/registry-error.js';
import { readBody } from './read-body.js';
import type { HttpRequest, HttpResponse } from './send.js';

/** @throws RegistryError `REGISTRY_NOT_A_REGISTRY` for HTML, `REGISTRY_PROTOCOL` for other JSON, `REGISTRY_TOO_LARGE`. */
export async function readJson<Value>(
  request: HttpRequest,
  response: HttpResponse,
  limitBytes: number,
  parse: (value: JsonValue) => Value,
): Promise<Value> {
  const { operation } = request;
  const bytes = await readBody(response, limitBytes, operation);
  try {
    return parse(parseStrictJson(bytes));
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    const { host } = response.url;
    const isHtml = /^\s*text\/html/i.test(response.headers.get('content-type') ?? '');
    throw new RegistryError(
      isHtml ? 'REGISTRY_NOT_A_REGISTRY' : 'REGISTRY_PROTOCOL',
      `${operation}: expected JSON of a registry from ${host}, found ${isHtml ? 'a web page' : 'another text'}`,
      { host, operation, status: response.status, hint: notARegistryHint, cause },
    );
  }
}
