// Expected failures. A UserError is told to the user in a sentence, with what to do; any other error is a bug
// in alexft and is shown with its stack.

/** What a process that ends tells its caller (docs/contract: "Exit codes"). */
export const ExitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  badData: 3,
  device: 4,
  interrupted: 130,
  terminated: 143,
  /** Nobody reads what a training tells: as shells name the end by SIGPIPE. */
  readerGone: 141,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * A failure that the user can understand and act on.
 *
 * `message` names the thing, what was expected and what was found; `hint` says what to do about it.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, options: { hint?: string; exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? ExitCode.failure;
  }
}

/** A flag or a value on the command line (or given by a program) that is not usable. Exit code 2. */
export const usageError = (message: string, hint?: string): UserError =>
  new UserError(message, { exitCode: ExitCode.usage, ...(hint !== undefined && { hint }) });

/** An image, folder, weights file or model that is not usable. Exit code 3. */
export const dataError = (message: string, hint?: string, cause?: unknown): UserError =>
  new UserError(message, { exitCode: ExitCode.badData, cause, ...(hint !== undefined && { hint }) });

/** A device that was asked for and is not to be had. Exit code 4. */
export const deviceError = (message: string, hint?: string, cause?: unknown): UserError =>
  new UserError(message, { exitCode: ExitCode.device, cause, ...(hint !== undefined && { hint }) });

/** What a worker thread threw: a UserError of its own arrives as a plain Error with the same fields. */
export function thrownInThread(error: unknown): unknown {
  return error instanceof Error && error.name === 'UserError' ? new UserError(error.message, error) : error;
}

/** The words of whatever was thrown, for use inside a message. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * `name` as it may be shown on a terminal: control characters, escape sequences and bidirectional overrides in
 * a file's name become visible `\u{..}` escapes.
 */
export function printable(name: string): string {
  return name.replace(unprintable, (character) => `\\u{${hexOf(character)}}`);
}

/** A text of several lines as it may be shown: whatever came into it, only its line breaks and tabs are left. */
export function printableText(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}

/** JSON of one line, with the characters that `printable` shows as escapes as JSON's own: the same value. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(unprintable, (character) => `\\u${hexOf(character).padStart(4, '0')}`);
}

/** All of them have four hexadecimal digits at most. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const hexOf = (character: string): string => character.charCodeAt(0).toString(16);
