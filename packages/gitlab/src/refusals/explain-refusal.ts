/** What to do about a refusal by a GitLab: the first rule that knows it. */
import { wrongClock } from './clock-rule.js';
import { jobTokenOutOfReach } from './job-token.js';
import { banned, nobodyLoggedIn, noTokenForThis, wrongCredentials } from './login-rules.js';
import { childMissing, manifestTooLarge } from './manifest-rules.js';
import type { Refusal, RefusalRule } from './refusal.js';
import { noProjectInPath, noRight, noSuchImage } from './right-rules.js';
import { immutableTag, protectedTag } from './tag-rules.js';

/** What says exactly what it is stands before what may be one of several things. */
const rules: readonly RefusalRule[] = [
  wrongCredentials,
  banned,
  nobodyLoggedIn,
  noTokenForThis,
  protectedTag,
  immutableTag,
  childMissing,
  manifestTooLarge,
  wrongClock,
  noProjectInPath,
  jobTokenOutOfReach,
  noRight,
  noSuchImage,
];

/** @returns One thing to do; undefined for what GitLab says as every registry does. */
export function explainRefusal(refusal: Refusal): string | undefined {
  for (const rule of rules) {
    const hint = rule(refusal);
    if (hint !== undefined) return hint;
  }
  return undefined;
}
