/**
 * PEM: the text around a key.
 *
 * One block a file. Text around it, a second block and the headers of old
 * OpenSSL encryption are refused: two tools could each see another key.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7468
 */
import { KeyError } from './key-error.js';
import { decodeBase64 } from './strict-fields.js';

export interface PemBlock {
  readonly label: string;
  readonly body: Buffer;
}

const oneBlock =
  /^[ \t\r\n]*-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----[ \t\r\n]*$/;
const anyLabel = /-----BEGIN ([A-Z0-9 ]{1,64})-----/g;

/** @throws KeyError `KEY_INVALID` */
export function parsePem(text: string, where: string): PemBlock {
  const [, label, lines] = oneBlock.exec(text) ?? [];
  if (label === undefined || lines === undefined) {
    const count = pemLabels(text).length;
    const found = count === 1 ? 'a damaged one, or more text' : count;
    throw new KeyError(
      'KEY_INVALID',
      `${where}: expected one PEM block and nothing around it, found ${found}`,
    );
  }
  const body = decodeBase64(lines.replace(/[\r\n]/g, ''));
  if (body === undefined) {
    throw new KeyError(
      'KEY_INVALID',
      `${where}: expected canonical base64 inside the PEM block, found another text`,
    );
  }
  return { label, body };
}

/** The labels of all blocks, also of those in a text that `parsePem` refuses. */
export function pemLabels(text: string): readonly string[] {
  return [...text.matchAll(anyLabel)].map(([, label]) => label ?? '');
}

export function formatPem(label: string, body: Buffer): string {
  const lines = body.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
