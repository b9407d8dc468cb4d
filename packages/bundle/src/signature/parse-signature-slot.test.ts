/** Signature slots as they should not be. Each is refused for its form, before any key is asked. */
import { describe, expect, it } from '@jest/globals';
import { parseSignatureSlot } from './parse-signature-slot.js';
import { emptySignatureSlot } from './signature-slot.js';

const digest = Buffer.alloc(32, 9).toString('base64');
const signature = Buffer.from('3006020101020101', 'hex').toString('base64');
const messageDigest = { algorithm: 'SHA2_256', digest };
const messageSignature = { messageDigest, signature };
const publicKey = { hint: 'a hint' };
const good = {
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  verificationMaterial: { publicKey },
  messageSignature,
};

function slotOf(text: string): Buffer {
  return Buffer.from(`${text.padEnd(2047, ' ')}\n`);
}

function parsing(document: unknown): () => unknown {
  return () => parseSignatureSlot(slotOf(JSON.stringify(document)));
}

const invalid = expect.objectContaining({ name: 'SignatureError', code: 'SIGNATURE_INVALID' });
const withMaterial = (more: object): object => ({ ...good, verificationMaterial: more });
const withDigest = (more: object): object => ({
  ...good,
  messageSignature: { ...messageSignature, messageDigest: { ...messageDigest, ...more } },
});
const withSignature = (text: unknown): object => ({
  ...good,
  messageSignature: { messageDigest, signature: text },
});

describe('reading a signature slot', () => {
  it('takes a good one, also when it has no hint', () => {
    expect(parsing(good)()).toMatchObject({ hint: 'a hint' });
    expect(parsing(withMaterial({ publicKey: {} }))()).toMatchObject({ hint: undefined });
  });

  it('says of an empty slot that the bundle is not signed', () => {
    expect(() => parseSignatureSlot(emptySignatureSlot())).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_MISSING' }),
    );
  });

  it.each([
    ['an empty object', {}],
    ['null', null],
    ['an array', [good]],
    ['a text', 'signed'],
  ])('refuses %s', (_name, document) => {
    expect(parsing(document)).toThrow(invalid);
  });

  it.each([
    'application/vnd.dev.sigstore.bundle+json;version=0.1',
    'application/vnd.dev.sigstore.bundle+json;version=0.2',
    'application/vnd.dev.sigstore.bundle+json;version=0.3',
    'application/vnd.dev.sigstore.bundle.v0.4+json',
    'Application/vnd.dev.sigstore.bundle.v0.3+json',
    'application/vnd.dev.cosign.simplesigning.v1+json',
    3,
    undefined,
  ])('refuses the media type %s', (mediaType) => {
    expect(parsing({ ...good, mediaType })).toThrow(invalid);
  });

  it('refuses an attestation, also beside a signature', () => {
    const signatures = [{ sig: signature, keyid: '' }];
    const payloadType = 'application/vnd.in-toto+json';
    const dsseEnvelope = { payload: digest, payloadType, signatures };
    const alone = { ...good, messageSignature: undefined, dsseEnvelope };
    const refusal = expect.objectContaining({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining('DSSE'),
    });
    expect(parsing(alone)).toThrow(refusal);
    expect(parsing({ ...good, dsseEnvelope })).toThrow(refusal);
  });

  it.each([
    ['a certificate in place of the key', { certificate: { rawBytes: digest } }],
    ['a certificate beside the key', { publicKey, certificate: { rawBytes: digest } }],
    ['a chain', { publicKey, x509CertificateChain: { certificates: [] } }],
    ['an embedded key', { publicKey: { ...publicKey, rawBytes: digest } }],
    ['log entries', { publicKey, tlogEntries: [] }],
    ['timestamps', { publicKey, timestampVerificationData: {} }],
    ['no key', {}],
    ['a key that is no object', { publicKey: 'a hint' }],
    ['a hint that is no text', { publicKey: { hint: 1 } }],
    ['an empty hint', { publicKey: { hint: '' } }],
    ['a hint with a newline', { publicKey: { hint: 'a\nb' } }],
    ['a hint with a bidirectional mark', { publicKey: { hint: 'a\u202eb' } }],
    ['a hint without end', { publicKey: { hint: 'A'.repeat(129) } }],
  ])('refuses %s', (_name, material) => {
    expect(parsing(withMaterial(material))).toThrow(invalid);
  });

  it.each([
    ['SHA2_512', { algorithm: 'SHA2_512' }],
    ['SHA1', { algorithm: 'SHA1' }],
    ['no algorithm', { algorithm: undefined }],
    ['an algorithm by number', { algorithm: 1 }],
    ['no digest', { digest: undefined }],
    ['a short digest', { digest: 'AAAA' }],
    ['a digest in hex', { digest: '09'.repeat(32) }],
    ['a digest without its padding', { digest: digest.slice(0, -1) }],
    ['a field more', { keyId: 'a' }],
  ])('refuses a message digest with %s', (_name, changed) => {
    expect(parsing(withDigest(changed))).toThrow(invalid);
  });

  it.each([
    ['nothing', undefined],
    ['no text', 1],
    ['no bytes', ''],
    ['spaces in base64', ` ${signature}`],
    ['base64url', '-_-_'],
    ['unused bits that are set', 'MAYCAQECAQF='],
    ['no DER', Buffer.alloc(64, 1).toString('base64')],
    ['a byte after the DER', Buffer.from('300602010102010100', 'hex').toString('base64')],
  ])('refuses a signature that is %s', (_name, text) => {
    expect(parsing(withSignature(text))).toThrow(invalid);
  });

  it.each([
    ['at the top', { ...good, more: 1 }],
    ['in the message signature', { ...good, messageSignature: { ...messageSignature, more: 1 } }],
  ])('refuses an unknown field %s', (_name, document) => {
    expect(parsing(document)).toThrow(invalid);
  });

  it('refuses more nesting than Sigstore has', () => {
    const deep = `${'['.repeat(7)}${']'.repeat(7)}`;
    const slot = (more: string): Buffer => slotOf(`{"more":${more}}`);
    expect(() => parseSignatureSlot(slot(deep))).toThrow('mediaType');
    expect(() => parseSignatureSlot(slot(`[${deep}]`))).toThrow('less nesting');
  });

  it('refuses the same field twice', () => {
    const text = JSON.stringify(good).replace('{"hint"', '{"hint":"another","hint"');
    expect(() => parseSignatureSlot(slotOf(text))).toThrow(invalid);
  });

  it.each([
    ['no bytes', Buffer.alloc(0)],
    ['a byte too few', slotOf(JSON.stringify(good)).subarray(1)],
    ['a byte too many', Buffer.from(`${JSON.stringify(good).padEnd(2048)}\n`)],
    ['no newline at the end', Buffer.from(JSON.stringify(good).padEnd(2048))],
    ['zeros as padding', Buffer.from(`${JSON.stringify(good).padEnd(2047, '\0')}\n`)],
    ['newlines as padding', Buffer.from(JSON.stringify(good).padEnd(2048, '\n'))],
    ['a space in front', slotOf(` ${JSON.stringify(good)}`)],
    ['a byte order mark', slotOf(JSON.stringify(good)).fill('\ufeff{', 0, 4)],
    ['a second document', slotOf(`${JSON.stringify(good)} {}`)],
    ['two newlines', Buffer.from(`${JSON.stringify(good).padEnd(2046)}\n\n`)],
    ['only newlines', Buffer.alloc(2048, '\n')],
    ['only zeros', Buffer.alloc(2048)],
  ])('refuses a slot with %s', (_name, slot) => {
    expect(() => parseSignatureSlot(slot)).toThrow(invalid);
  });
});
