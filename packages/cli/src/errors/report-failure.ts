/**
 * The last words of a run that failed: what, because of what, and what to do; and its exit code.
 *
 * Anything that is not a CodedError is a bug of ours, and is shown with its stack.
 * That nothing was to do is a result too: who asked for JSON gets a document.
 */
import { causeChain, CodedError, printable } from 'oras-js';
import { inspect } from 'node:util';
import { Interrupted, type CliContext } from '../cli-context.js';
import { AlreadyImported } from '@sallyport/offline';
import { printResult, type ResultFlags } from '../output/print-result.js';
import type { ErrorCode } from './error-code.js';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.js';
import { generalHint } from './general-hint.js';
import { gitlabHint } from './gitlab-hint.js';

/** Long enough for a sentence with two digests and a server's own words. */
const maxMessageLength = 2000;

/** @param flags Of the command that ended. */
export function reportEnd(error: unknown, flags: ResultFlags, context: CliContext): ExitCode {
  const exitCode = reportFailure(error, context);
  if (exitCode === exitCodes.nothingToDo && flags.json === true) {
    const { code, message } = error as CodedError;
    const known = error instanceof AlreadyImported ? error.before : {};
    printResult(context, flags, {
      json: { nothingToDo: true, code, message, ...known },
      lines: [],
    });
  }
  return exitCode;
}

export function reportFailure(error: unknown, { stderr, signal, now }: CliContext): ExitCode {
  const stopped = signal.aborted ? (signal.reason as unknown) : error;
  if (stopped instanceof Interrupted) {
    stderr.write(
      `error: ${stopped.message} [INTERRUPTED]\nhint: run the same command again; nothing half done is in its way\n`,
    );
    return stopped.signalName === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
  }
  if (!(error instanceof CodedError)) {
    stderr.write(`bug: ${inspect(error)}\nplease report this with the command that you ran\n`);
    return exitCodes.bug;
  }
  stderr.write(failureText(error as CodedError, now()));
  return exitCodeOf[error.code as ErrorCode];
}

/** `error: … [CODE]`, a `because:` for each cause, and one hint. */
export function failureText(error: CodedError, now: Date): string {
  const [first = '', ...causes] = causeChain(error).map(describe);
  const exitCode = exitCodeOf[error.code as ErrorCode];
  const hint = hintFor(error, now);
  return [
    `${exitCode === exitCodes.nothingToDo ? 'nothing to do' : 'error'}: ${first}`,
    ...causes.map((text) => `  because: ${text}`),
    `hint: ${printable(hint, maxMessageLength)}\n`,
  ].join('\n');
}

/** In the terms of who refused, or else of who threw it. */
export function hintFor(error: CodedError, now: Date): string {
  const exitCode = exitCodeOf[error.code as ErrorCode];
  return gitlabHint(error, now) ?? error.hint ?? generalHint(exitCode);
}

function describe(error: unknown): string {
  if (error instanceof CodedError)
    return `${printable(error.message, maxMessageLength)} [${String(error.code)}]`;
  const { message } = error as { message?: unknown };
  return printable(typeof message === 'string' ? message : String(error), maxMessageLength);
}
