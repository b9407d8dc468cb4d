/** Fields of key files and signatures that have one allowed spelling. */
import { JsonError, stringAt, type JsonValue } from 'oras-js';

/** Refuses every other text. @throws JsonError */
export function expectText(value: JsonValue | undefined, expected: string, where: string): void {
  const found = stringAt(value, where);
  if (found === expected) return;
  throw new JsonError(
    `expected ${expected} at ${where}, found ${JSON.stringify(found.slice(0, 80))}`,
  );
}

/** Bytes written in canonical base64. @throws JsonError */
export function bytesAt(value: JsonValue | undefined, where: string, size?: number): Buffer {
  const bytes = decodeBase64(stringAt(value, where));
  if (bytes === undefined) throw new JsonError(`expected canonical base64 at ${where}`);
  if (size === undefined || bytes.length === size) return bytes;
  throw new JsonError(`expected ${size} bytes at ${where}, found ${bytes.length}`);
}

/** @returns undefined for anything but the padded, unbroken spelling that the bytes would be written in. */
export function decodeBase64(text: string): Buffer | undefined {
  // Node's decoder skips what it does not know, so the proof is writing it again.
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
