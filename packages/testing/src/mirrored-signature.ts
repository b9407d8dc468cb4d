/** Another signature of the same key over the same bytes, which anybody can make without the key. */

/** The order of P-256 (SP 800-186, section 3.2.1.3). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** @param signature ECDSA on P-256 in DER; comes back with n-s in place of s. */
export function mirroredSignature(signature: Buffer): Buffer {
  const rEnd = 4 + (signature[3] ?? 0);
  const s = BigInt(`0x${signature.subarray(rEnd + 2).toString('hex')}`);
  const hex = (order - s).toString(16);
  const even = hex.padStart(hex.length + (hex.length % 2), '0');
  // DER is signed: a number that begins with a set bit gets a zero in front.
  const bytes = Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
  const body = Buffer.concat([signature.subarray(2, rEnd), Buffer.of(2, bytes.length), bytes]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}
