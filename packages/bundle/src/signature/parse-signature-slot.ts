/**
 * Reads a signature slot, strictly: one media type, one kind of signature, no
 * field that is not needed.
 *
 * A certificate, a log entry or a key inside would invite trust in what came
 * with the bundle. They are refused and never looked at.
 */
import { JsonError, objectAt, onlyFields, parseStrictJson, stringAt } from 'oras-js';
import type { Digest, JsonObject } from 'oras-js';
import { bytesAt, expectText } from '../keys/strict-fields.js';
import { ecdsaDerDefect } from './ecdsa-der.js';
import { SignatureError } from './signature-error.js';
import { bundleMediaType, digestAlgorithm, signatureSlotBytes } from './slot-form.js';

export interface ParsedSignature {
  /** Which key it claims to be of. Chooses a key, never trusted. */
  readonly hint: string | undefined;
  /** Of the bytes that the signer says were signed. */
  readonly listDigest: Digest;
  /** r and s in strict DER. */
  readonly signature: Buffer;
}

/** Ours nest 3 deep. What else Sigstore puts there nests deeper, and shall be refused by its name. */
const maxDepth = 8;
const digestBytes = 32;
/** A hint is printed when its key is not known; ours has 44 characters. */
const hintForm = /^[\x20-\x7e]{1,128}$/;

/** @throws SignatureError `SIGNATURE_MISSING` or `SIGNATURE_INVALID` */
export function parseSignatureSlot(slot: Buffer): ParsedSignature {
  try {
    return readBundle(objectAt(parseStrictJson(jsonOf(slot), { maxDepth }), 'the signature'));
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new SignatureError('SIGNATURE_INVALID', `not a signature of a bundle: ${cause.message}`, {
      cause,
      hint: 'sign the bundle again on the connected side',
    });
  }
}

/** What stands before the padding of spaces and the final newline. */
function jsonOf(slot: Buffer): Buffer {
  if (slot.length !== signatureSlotBytes) {
    throw new JsonError(`expected ${signatureSlotBytes} bytes, found ${slot.length}`);
  }
  const text = slot.toString('latin1');
  const size = text.endsWith('\n') ? sizeBeforeSpaces(text) : -1;
  if (size === 0) {
    throw new SignatureError(
      'SIGNATURE_MISSING',
      'the bundle is not signed: its signature slot is empty',
      {
        hint: 'ask the connected side for a signed bundle',
      },
    );
  }
  if (!text.startsWith('{') || text[size - 1] !== '}') {
    throw new JsonError(
      'expected one JSON object, then only spaces and a newline, found another text',
    );
  }
  return slot.subarray(0, size);
}

// From the end: a pattern would look at each run of spaces again from each of its spaces.
function sizeBeforeSpaces(text: string): number {
  let size = text.length - 1;
  while (text[size - 1] === ' ') size -= 1;
  return size;
}

function readBundle(fields: JsonObject): ParsedSignature {
  const { mediaType } = fields;
  expectText(mediaType, bundleMediaType, 'mediaType');
  if ('dsseEnvelope' in fields) {
    throw new JsonError(
      'expected a messageSignature, found a DSSE envelope: an attestation is not a signature of these bytes',
    );
  }
  onlyFields(fields, ['mediaType', 'verificationMaterial', 'messageSignature'], 'the signature');
  return {
    hint: readHint(objectAt(fields['verificationMaterial'], 'verificationMaterial')),
    ...readMessageSignature(objectAt(fields['messageSignature'], 'messageSignature')),
  };
}

function readHint(material: JsonObject): string | undefined {
  onlyFields(material, ['publicKey'], 'verificationMaterial');
  const publicKey = objectAt(material['publicKey'], 'publicKey');
  onlyFields(publicKey, ['hint'], 'publicKey');
  const { hint } = publicKey;
  if (hint === undefined) return undefined;
  const text = stringAt(hint, 'hint');
  if (hintForm.test(text)) return text;
  throw new JsonError('expected a hint of 1 to 128 printable ASCII characters');
}

function readMessageSignature(fields: JsonObject): Omit<ParsedSignature, 'hint'> {
  onlyFields(fields, ['messageDigest', 'signature'], 'messageSignature');
  const messageDigest = objectAt(fields['messageDigest'], 'messageDigest');
  onlyFields(messageDigest, ['algorithm', 'digest'], 'messageDigest');
  expectText(messageDigest['algorithm'], digestAlgorithm, 'messageDigest.algorithm');
  const digest = bytesAt(messageDigest['digest'], 'messageDigest.digest', digestBytes);
  const signature = bytesAt(fields['signature'], 'messageSignature.signature');
  const defect = ecdsaDerDefect(signature);
  if (defect !== undefined) throw new JsonError(`not an ECDSA P-256 signature in DER: ${defect}`);
  return { listDigest: `sha256:${digest.toString('hex')}`, signature };
}
