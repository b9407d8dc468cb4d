/**
 * Writes the few DER elements that a PKCS#8 envelope is made of.
 *
 * Node exports encrypted keys with 2048 rounds only, so the envelope is
 * written here. No other ASN.1 type is offered.
 *
 * @see https://www.itu.int/rec/T-REC-X.690-202102-I
 */

export const derTags = { integer: 0x02, octetString: 0x04, sequence: 0x30 } as const;

export function derSequence(...items: readonly Buffer[]): Buffer {
  return element(derTags.sequence, Buffer.concat(items));
}

export function derOctetString(bytes: Uint8Array): Buffer {
  return element(derTags.octetString, bytes);
}

/** @param value From 0 to 2^31−1. */
export function derInteger(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  // A first bit of 1 would make it negative.
  const isSigned = (bytes[0] ?? 0) >= 0x80;
  return element(derTags.integer, isSigned ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

function element(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag), length(content.byteLength), content]);
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.of(size);
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return Buffer.of(0x80 | bytes.length, ...bytes);
}
