/**
 * What a manifest's answer holds: its type, its digest, its exact bytes.
 *
 * Old kinds are recognised before the digest is looked at: the digest of Docker
 * schema 1 is not that of its bytes, and "damaged" would be the wrong word.
 */
import { ContentError } from '../content/content-error.js';
import type { Descriptor } from '../content/descriptor.js';
import { digestOf } from '../content/digest.js';
import {
  isManifestOrIndexType,
  isUnsupportedManifestType,
  mediaTypes,
} from '../content/media-types.js';
import { printable } from '../errors/printable.js';
import type { HttpRequest, HttpResponse } from '../http/send.js';
import { parseStrictJson, type JsonObject } from '../json/strict-json.js';
import { RegistryError } from './registry-error.js';

/** Without parameters, in lower case; empty when there is none. */
export function contentType(response: HttpResponse): string {
  return (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** @throws ContentError `MANIFEST_UNSUPPORTED`; RegistryError `REGISTRY_NOT_A_REGISTRY` or `REGISTRY_PROTOCOL`. */
export function describeManifest(
  request: HttpRequest,
  response: HttpResponse,
  bytes: Uint8Array,
): Descriptor {
  const announced = contentType(response);
  refuseUnsupported(request, announced);
  const fields = fieldsOf(bytes);
  if (fields === undefined) return unreadable(request, response, bytes);
  if (announced === 'text/html') throw notAManifest(request, response);
  if (fields['schemaVersion'] === 1) refuseUnsupported(request, mediaTypes.dockerSchema1);
  const mediaType = typeOf(request, response, announced, fields);
  return { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
}

// Damaged, when it is called a manifest; its digest will tell. Anything else is somebody else's page.
function unreadable(request: HttpRequest, response: HttpResponse, bytes: Uint8Array): Descriptor {
  const mediaType = contentType(response);
  if (!isManifestOrIndexType(mediaType)) throw notAManifest(request, response);
  return { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
}

export function refuseUnsupported(request: HttpRequest, mediaType: string): void {
  if (!isUnsupportedManifestType(mediaType)) return;
  const name = mediaType.includes('docker') ? 'Docker schema 1' : mediaType;
  throw new ContentError(
    'MANIFEST_UNSUPPORTED',
    `${request.operation}: expected an OCI or Docker schema 2 manifest, found ${name}`,
    { hint: 'build or push the image again with a current tool' },
  );
}

function typeOf(
  request: HttpRequest,
  response: HttpResponse,
  announced: string,
  fields: JsonObject,
): string {
  const own = typeof fields['mediaType'] === 'string' ? fields['mediaType'] : undefined;
  if (own !== undefined) refuseUnsupported(request, own);
  const known = isManifestOrIndexType(announced) ? announced : undefined;
  const inside = own !== undefined && isManifestOrIndexType(own) ? own : undefined;
  if (known !== undefined && own !== undefined && own !== known) {
    throw contradiction(request, response, known, own);
  }
  const found = known ?? inside ?? typeByShape(fields);
  if (found === undefined) throw notAManifest(request, response);
  return found;
}

/** The field is optional in OCI documents, and only there. */
function typeByShape(fields: JsonObject): string | undefined {
  if (fields['schemaVersion'] !== 2 || 'mediaType' in fields) return undefined;
  const isIndex = 'manifests' in fields;
  const isImage = 'config' in fields && 'layers' in fields;
  if (isIndex === isImage) return undefined;
  return isIndex ? mediaTypes.ociIndex : mediaTypes.ociManifest;
}

function fieldsOf(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value = parseStrictJson(bytes);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function contradiction(
  request: HttpRequest,
  response: HttpResponse,
  announced: string,
  own: string,
): RegistryError {
  const { operation } = request;
  const { host } = response.url;
  return new RegistryError(
    'REGISTRY_PROTOCOL',
    `${operation}: expected a ${announced} as ${host} announced, found that it calls itself ${printable(own, 100)}`,
    { host, operation, status: response.status },
  );
}

function notAManifest(request: HttpRequest, response: HttpResponse): RegistryError {
  const { operation } = request;
  const { host } = response.url;
  const type = printable(contentType(response), 60);
  return new RegistryError(
    'REGISTRY_NOT_A_REGISTRY',
    `${operation}: expected a manifest from ${host}, found ${type === '' ? 'something else' : type}`,
    {
      host,
      operation,
      status: response.status,
      hint: 'check the address: a web page may have answered, perhaps a login page of the network',
    },
  );
}
