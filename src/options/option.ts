// What an option is. Each option of alexft is declared once, in this folder: the flag, the type, the default,
// the help, the check, and the row in the README's table all come from that one declaration.

import { printable, type UserError, usageError } from '../core/errors.js';

export interface Option<T> {
  /** As typed: `--batch-size`. */
  readonly flag: string;
  /** The value's name in the help, `<n>`; absent for a switch. */
  readonly placeholder?: string;
  readonly help: string;
  readonly default: T;
  /** How the default is shown where it is not a plain value ("all cores"). */
  readonly defaultText?: string;
  /** The value behind the words of the command line. Throws a usage error. */
  parse(text: string): T;
  /** Refuses a value of the right type that makes no sense, wherever it came from. Throws a usage error. */
  check(value: T): void;
}

export type OptionTable = Record<string, Option<unknown>>;

/** The values that a table of options describes: `Values<typeof trainOptions>`. */
export type Values<Table extends OptionTable> = {
  [Name in keyof Table]: Table[Name] extends Option<infer T> ? T : never;
};

/** All values of `table`: those given, checked, and the defaults for the rest. Throws a usage error. */
export function withDefaults<Table extends OptionTable>(
  table: Table,
  given: Partial<Values<Table>>,
): Values<Table> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(table, name));
  if (unknown !== undefined) {
    throw usageError(
      `Unknown option '${printable(unknown)}'.`,
      `The options are: ${Object.keys(table).join(', ')}.`,
    );
  }
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    const value = given[name] === undefined ? option.default : given[name];
    if (value !== undefined) option.check(value);
    values[name] = value;
  }
  return values as Values<Table>;
}

interface Common<T> {
  flag: string;
  placeholder?: string;
  help: string;
  default: T;
  defaultText?: string;
}

/** A usage error for a value that an option does not take. */
export const expected = (flag: string, what: string, found: unknown): UserError =>
  usageError(`${flag} expects ${what}, but received '${shortened(printable(String(found)))}'.`);

/** A sentence can be read whatever was given. */
const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}...` : text);

interface Range {
  integer?: boolean;
  /** Inclusive. */
  min?: number;
  /** Inclusive. */
  max?: number;
  /** An exclusive lower bound. */
  above?: number;
}

/** A number, with a default or without. */
export function number(option: Common<number> & Range): Option<number>;
export function number(option: Common<number | undefined> & Range): Option<number | undefined>;
export function number(option: Common<number | undefined> & Range): Option<number | undefined> {
  const { integer = false, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, above } = option;
  const bounds = [
    above !== undefined && `above ${above}`,
    Number.isFinite(min) && `from ${min}`,
    Number.isFinite(max) && `up to ${max}`,
  ].filter(Boolean);
  const what = [integer ? 'a whole number' : 'a number', ...bounds].join(' ');
  const check = (value: unknown) => {
    const fits =
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (!integer || Number.isInteger(value)) &&
      value >= min &&
      value <= max &&
      (above === undefined || value > above);
    if (!fits) throw expected(option.flag, what, value);
  };
  const parse = (given: string) => {
    // Number('') is 0, and Number(' 1 ') is 1: neither is what a person meant to type.
    if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given)) throw expected(option.flag, what, given);
    check(Number(given));
    return Number(given);
  };
  return { placeholder: '<n>', ...option, parse, check };
}

/** A word from a list, with a default or without. */
export function choice<const Word extends string>(
  words: readonly Word[],
  option: Common<NoInfer<Word>>,
): Option<Word>;
export function choice<const Word extends string>(
  words: readonly Word[],
  option: Common<NoInfer<Word> | undefined>,
): Option<Word | undefined>;
export function choice<const Word extends string>(
  words: readonly Word[],
  option: Common<NoInfer<Word> | undefined>,
): Option<Word | undefined> {
  const check = (value: unknown) => {
    if (!words.includes(value as Word)) throw expected(option.flag, `one of ${words.join(', ')}`, value);
  };
  const parse = (given: string) => {
    check(given);
    return given as Word;
  };
  return { placeholder: `<${words.join('|')}>`, ...option, parse, check };
}

interface TextCheck {
  /** Throws a usage error for a text that is not usable. */
  check?: (value: string) => void;
}

/** A piece of text: a path, a name, or anything that `check` takes; with a default or without. */
export function text<T extends string = string>(option: Common<NoInfer<T>> & TextCheck): Option<T>;
export function text<T extends string = string>(
  option: Common<NoInfer<T> | undefined> & TextCheck,
): Option<T | undefined>;
export function text(option: Common<string | undefined> & TextCheck): Option<string | undefined> {
  const check = (value: unknown) => {
    if (typeof value !== 'string' || value === '') throw expected(option.flag, 'a value', value);
    if (value.includes('\0')) throw expected(option.flag, 'a value without NUL', value); // none can name a file
    option.check?.(value);
  };
  const parse = (given: string) => {
    check(given);
    return given;
  };
  return { ...option, parse, check };
}

/** A switch: given or not. */
export function flag(option: Common<boolean>): Option<boolean> {
  const check = (value: unknown) => {
    if (typeof value !== 'boolean') throw expected(option.flag, 'true or false', value);
  };
  return { ...option, parse: () => true, check };
}
