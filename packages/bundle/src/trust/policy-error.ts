/** Why a bundle with good signatures is not accepted at this site, or not now. */
import { CodedError } from 'oras-js';

export type PolicyErrorCode =
  /** Too few keys count: one that signed, or that would be needed, is revoked. */
  | 'POLICY_KEY_REVOKED'
  /** Too few keys count: one that signed is not allowed to sign for this channel. */
  | 'POLICY_KEY_CHANNEL'
  /** Too few keys count: one that signed is past its notAfter. */
  | 'POLICY_KEY_EXPIRED'
  /** Too few keys count: one that signed is before its notBefore. */
  | 'POLICY_KEY_NOT_YET_VALID'
  /** The bundle is for other sites. */
  | 'POLICY_AUDIENCE'
  /** The bundle says that it was created in the future. */
  | 'POLICY_CREATED_IN_FUTURE'
  /** The bundle has expired. */
  | 'POLICY_EXPIRED'
  /** The bundle does not say when it expires, and this site wants to know. */
  | 'POLICY_EXPIRES_MISSING'
  /** The bundle was created longer ago than this site allows. */
  | 'POLICY_TOO_OLD'
  /** An image comes from a host that this site does not allow. */
  | 'POLICY_SOURCE_HOST'
  /** The sequence is below the lowest that this site accepts for the channel. */
  | 'POLICY_SEQUENCE_TOO_LOW'
  /** The sequence is so far ahead that no later bundle of the channel could be imported. */
  | 'POLICY_SEQUENCE_AHEAD'
  /** This machine's clock cannot be right, and the bundle is not acceptable by it. */
  | 'POLICY_CLOCK';

export class PolicyError extends CodedError<PolicyErrorCode> {
  override readonly name = 'PolicyError';
}
