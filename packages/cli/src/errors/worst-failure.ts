/** Of several failures the one that decides the exit code: what passes by itself comes last. */
import type { CodedError } from 'oras-js';
import type { ErrorCode } from './error-code.js';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.js';

/** What somebody has to change comes before what somebody has to allow, and that before what may pass. */
const order: readonly ExitCode[] = [
  exitCodes.usage,
  exitCodes.trust,
  exitCodes.integrity,
  exitCodes.unauthorized,
  exitCodes.refused,
  exitCodes.notFound,
  exitCodes.disk,
  exitCodes.rateLimited,
  exitCodes.mayPass,
];

/** The first of the worst kind; undefined when there is none. */
export function worstFailure(errors: readonly CodedError[]): CodedError | undefined {
  return [...errors].sort((a, b) => rank(a) - rank(b))[0];
}

function rank({ code }: CodedError): number {
  const place = order.indexOf(exitCodeOf[code as ErrorCode]);
  return place === -1 ? order.length : place;
}
