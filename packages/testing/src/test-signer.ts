/** A throw-away key that signs bundles for one test. Never used outside of tests, never stored. */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';

export interface TestSigner {
  readonly publicKeyPem: string;
  /** Base64 of the SHA-256 of the public key in DER. */
  readonly hint: string;
  /** ECDSA with SHA-256, in DER. */
  readonly sign: (bytes: Uint8Array) => Buffer;
  /** The signature entry for a list: 2048 bytes. */
  readonly slot: (list: Uint8Array) => Buffer;
}

export function testSigner(): TestSigner {
  return signerOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
}

/** @param privateKey ECDSA P-256. */
export function signerOf(privateKey: KeyObject): TestSigner {
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const hint = createHash('sha256').update(spki).digest('base64');
  const signBytes = (bytes: Uint8Array): Buffer => sign('sha256', bytes, privateKey);
  return {
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    hint,
    sign: signBytes,
    slot: (list) => handmadeSlot(list, signBytes(list), hint),
  };
}

export function handmadeSlot(list: Uint8Array, signature: Buffer, hint: string): Buffer {
  const json = JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint } },
    messageSignature: {
      messageDigest: {
        algorithm: 'SHA2_256',
        digest: createHash('sha256').update(list).digest('base64'),
      },
      signature: signature.toString('base64'),
    },
  });
  return Buffer.from(`${json.padEnd(2047)}\n`);
}
