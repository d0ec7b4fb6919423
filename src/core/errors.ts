// Expected failures. A UserError is shown to the user as a message with a hint; any other error is a bug in alexft and
// is shown with its stack trace.

/** Exit codes of the command line (docs/guide.md). */
export const ExitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  badData: 3,
  device: 4,
  interrupted: 130,
  terminated: 143,
  hungUp: 129,
  /** stdout was closed during a training: 128 + SIGPIPE, as in shells. */
  readerGone: 141,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * A failure that the user can act on. `message` names the thing, what was expected and what was found; `hint` says
 * what to do.
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

/** An invalid option or argument, from the command line or a program. Exit code 2. */
export const usageError = (message: string, hint?: string): UserError =>
  new UserError(message, { exitCode: ExitCode.usage, ...(hint !== undefined && { hint }) });

/** An image, folder, weights file or model that can't be used. Exit code 3. */
export const dataError = (message: string, hint?: string, cause?: unknown): UserError =>
  new UserError(message, { exitCode: ExitCode.badData, cause, ...(hint !== undefined && { hint }) });

/** A requested device that is not available. Exit code 4. */
export const deviceError = (message: string, hint?: string, cause?: unknown): UserError =>
  new UserError(message, { exitCode: ExitCode.device, cause, ...(hint !== undefined && { hint }) });

/** Restores an error from a worker thread, where structured cloning has turned a UserError into a plain Error. */
export function thrownInThread(error: unknown): unknown {
  return error instanceof Error && error.name === 'UserError' ? new UserError(error.message, error) : error;
}

/** The message of a thrown value. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Escapes control characters and bidirectional overrides in a name as `\u{..}`, so that a terminal can show it safely.
 */
export function printable(name: string): string {
  return name.replace(unprintable, (character) => `\\u{${hexOf(character)}}`);
}

/** A name out of a file or an argument, in quotes: the first 100 characters, as it may be of any length. */
export const quoted = (name: string): string => `'${printable(name.slice(0, 100))}'`;

/** Like `printable` for text of several lines: leaves line breaks and tabs. */
export function printableText(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}

/** JSON on one line, with the characters that `printable` escapes as JSON escapes: it parses to the same value. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(unprintable, (character) => `\\u${hexOf(character).padStart(4, '0')}`);
}

/** All have at most four hexadecimal digits. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const hexOf = (character: string): string => character.charCodeAt(0).toString(16);
