/** Tags that a project keeps from being written. */
import type { RefusalRule } from './refusal.js';

export const protectedTag: RefusalRule = ({ serverCode }) =>
  is(serverCode, 'PROTECTED_TAG', 'TAG_PROTECTED')
    ? 'the project protects this tag: import with the role that its rule asks for, often Maintainer, or have a maintainer change the rule under protected container tags'
    : undefined;

export const immutableTag: RefusalRule = ({ serverCode }) =>
  is(serverCode, 'IMMUTABLE_TAG', 'TAG_IMMUTABLE')
    ? 'the project has a rule that this tag is immutable, and then nobody may write it again, owners included: have an owner change the rule, wait until the tokens of before have ended (five minutes), or import into another project'
    : undefined;

function is(code: string | undefined, ...codes: readonly string[]): boolean {
  return code !== undefined && codes.includes(code);
}
