/**
 * A signature in cosign's newer form: a Sigstore bundle with a DSSE envelope around an in-toto statement.
 *
 * Only statements that say "this image is signed" count; attestations by the
 * same key say other things about the image.
 *
 * @see https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md
 * @see https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/statement.md
 */
import {
  arrayAt,
  isDigest,
  JsonError,
  objectAt,
  parseStrictJson,
  stringAt,
  type Descriptor,
  type JsonObject,
} from 'oras-js';
import type { SignatureClaim } from './signature-claim.js';

const statementType = 'application/vnd.in-toto+json';
const signPredicate = 'https://sigstore.dev/cosign/sign/v1';

/** @returns Undefined for what is not such a signature. */
export function envelopeClaim(_content: Descriptor, bytes: Buffer): SignatureClaim | undefined {
  try {
    const bundle = objectAt(parseStrictJson(bytes), 'the bundle');
    const envelope = objectAt(bundle['dsseEnvelope'], 'dsseEnvelope');
    if (envelope['payloadType'] !== statementType) return undefined;
    const payload = Buffer.from(stringAt(envelope['payload'], 'payload'), 'base64');
    const image = signedImage(objectAt(parseStrictJson(payload), 'the statement'));
    const [first] = arrayAt(envelope['signatures'], 'signatures');
    const signature = Buffer.from(stringAt(objectAt(first, 'a signature')['sig'], 'sig'), 'base64');
    return image === undefined
      ? undefined
      : { image, signed: preAuthenticated(payload), signature };
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

function signedImage(statement: JsonObject): SignatureClaim['image'] | undefined {
  if (statement['predicateType'] !== signPredicate) return undefined;
  const subjects = arrayAt(statement['subject'], 'subject');
  // One signature, one image: a statement over several could be shown for any of them.
  if (subjects.length !== 1) return undefined;
  const digests = objectAt(objectAt(subjects[0], 'a subject')['digest'], 'digest');
  const image = `sha256:${stringAt(digests['sha256'], 'sha256')}`;
  return isDigest(image) ? image : undefined;
}

/** The bytes that a DSSE signature is over: type and payload, each with its length. */
function preAuthenticated(payload: Buffer): Buffer {
  const head = `DSSEv1 ${statementType.length} ${statementType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
