/**
 * The form of an ECDSA signature on P-256: a DER SEQUENCE of r and s, strictly.
 *
 * OpenSSL forgives some of what is refused here, and other verifiers forgive
 * other things; a signature that only some accept is not accepted.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3
 */
import { DerError, DerReader } from '../keys/der-reader.js';

/** n, the order of the group (FIPS 186-5 refers to SP 800-186, section 3.2.1.3). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** @returns What is wrong, or undefined for a signature in its one form. */
export function ecdsaDerDefect(signature: Buffer): string | undefined {
  try {
    const text = new DerReader(signature);
    const pair = text.sequence();
    text.expectEnd();
    const numbers = [pair.integer(), pair.integer()];
    pair.expectEnd();
    const isOutside = numbers.some((number) => number < 1n || number >= order);
    return isOutside ? 'expected r and s from 1 to the group order' : undefined;
  } catch (error) {
    if (error instanceof DerError) return error.message;
    throw error;
  }
}
