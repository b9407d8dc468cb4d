/**
 * The one error shape every package throws on purpose.
 *
 * A code is for programs and never changes its meaning, a message is for the
 * person who reads the log, a hint is what that person can do next. Anything
 * thrown that is not a CodedError is a bug, and the command line says so.
 */
export class CodedError<Code extends string = string> extends Error {
  override readonly name: string = 'CodedError';
  readonly code: Code;
  /** One imperative sentence, or undefined when there is honestly nothing to do. */
  readonly hint: string | undefined;

  constructor(
    code: Code,
    message: string,
    more: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, 'cause' in more ? { cause: more.cause } : {});
    this.code = code;
    this.hint = more.hint;
  }
}

/**
 * Says what was being done when `error` came up: which image, on which side.
 *
 * The code and the hint stay those of the cause, so the outermost error alone
 * decides the exit code. Anything but a CodedError (a bug, an abort's reason)
 * is returned as it is.
 */
export function withContext(error: unknown, message: string): unknown {
  if (!(error instanceof CodedError)) return error;
  return new CodedError(error.code, message, { hint: error.hint, cause: error });
}

/** Whether `error` was thrown on purpose with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof CodedError && codes.includes(String(error.code));
}
