// Options. Each is declared once, in this folder: its flag, type, default, validation, help text, and its row in
// docs/cli.md come from that declaration.

import { didYouMean } from '../core/didYouMean.js';
import { printable, quoted, type UserError, usageError } from '../core/errors.js';

/** Headings of `--help` and docs/cli.md, which list them in the order in which a command declares its options. */
type OptionGroup =
  | 'Main options'
  | 'Data'
  | 'Optimization'
  | 'Model'
  | 'Run and resume'
  | 'Limits'
  | 'Device and speed'
  | 'Several processes'
  | 'Output'
  | 'Options';

export interface Option<T> {
  /** As typed: `--batch-size`. */
  readonly flag: string;
  /** The value's name in the help, `<n>`; absent for a switch. */
  readonly placeholder?: string;
  readonly group: OptionGroup;
  readonly help: string;
  readonly default: T;
  /** The default in words, if it is not a plain value ("all cores"). */
  readonly defaultText?: string;
  /** A switch that sets the option to `value`. Not listed in the help. */
  readonly alias?: { readonly flag: string; readonly value: T };
  /** What it accepts, as JSON Schema: for docs/config.schema.json and shell completion. `check` is exact. */
  readonly schema: {
    readonly type: 'integer' | 'number' | 'string' | 'boolean' | 'array';
    readonly minimum?: number;
    readonly maximum?: number;
    readonly exclusiveMinimum?: number;
    readonly enum?: readonly string[];
    /** Some of the values. */
    readonly examples?: readonly string[];
    readonly items?: object;
    readonly minItems?: number;
  };
  /** Parses a command-line argument. Throws a usage error. */
  parse(text: string): T;
  /** Validates a value from the command line or from a program. Throws a usage error. */
  check(value: T): void;
}

export type OptionTable = Record<string, Option<unknown>>;

/** The values of a table of options: `Values<typeof trainOptions>`. */
export type Values<Table extends OptionTable> = {
  [Name in keyof Table]: Table[Name] extends Option<infer T> ? T : never;
};

/** The values of all options in `table`: the given ones, validated, and defaults for the rest. Throws a usage error. */
export function withDefaults<Table extends OptionTable>(
  table: Table,
  given: Partial<Values<Table>>,
): Values<Table> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(table, name));
  if (unknown !== undefined) {
    throw usageError(`Unknown option ${quoted(unknown)}.`, didYouMean(unknown, Object.keys(table)));
  }
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    const value = given[name] === undefined ? option.default : given[name];
    if (value !== undefined) option.check(value);
    values[name] = value;
  }
  return values as Values<Table>;
}

/** The default as the help shows it; undefined if there is none. */
export function shownDefault({
  placeholder,
  default: value,
  defaultText,
}: Option<unknown>): string | undefined {
  if (defaultText !== undefined) return defaultText;
  return placeholder === undefined || value === undefined ? undefined : String(value);
}

interface Common<T> {
  flag: string;
  placeholder?: string;
  /** Default: 'Options'. */
  group?: OptionGroup;
  help: string;
  default: T;
  defaultText?: string;
  alias?: { flag: string; value: T };
}

/** The usage error for an invalid value. */
export const expected = (flag: string, what: string, found: unknown): UserError =>
  usageError(`Expected ${what} for ${flag} but received '${shortened(printable(String(found)))}'.`);

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
  const hasRange = Number.isFinite(min) && Number.isFinite(max);
  const bounds = [
    above !== undefined && `greater than ${above}`,
    hasRange && `between ${min} and ${max}`,
    !hasRange && Number.isFinite(min) && `at least ${min}`,
    !hasRange && Number.isFinite(max) && `at most ${max}`,
  ].filter(Boolean);
  const what = `${integer ? 'an integer' : 'a number'} ${bounds.join(' and ')}`.trimEnd();
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
    // Stricter than Number(), which accepts '' and ' 1 '.
    if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given)) throw expected(option.flag, what, given);
    check(Number(given));
    return Number(given);
  };
  const schema: Option<number>['schema'] = {
    type: integer ? 'integer' : 'number',
    ...(Number.isFinite(min) && { minimum: min }),
    ...(Number.isFinite(max) && { maximum: max }),
    ...(above !== undefined && { exclusiveMinimum: above }),
  };
  return { placeholder: '<n>', group: 'Options', ...option, schema, parse, check };
}

/** One of `words`, with a default or without. */
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
  const schema = { type: 'string', enum: words } as const;
  return { placeholder: `<${words.join('|')}>`, group: 'Options', ...option, schema, parse, check };
}

interface TextCheck {
  /** Some values, for completion. */
  examples?: readonly string[];
  /** Throws a usage error for an invalid value. */
  check?: (value: string) => void;
}

/** A string: a path, a name, or anything that `check` accepts; with a default or without. */
export function text<T extends string = string>(option: Common<NoInfer<T>> & TextCheck): Option<T>;
export function text<T extends string = string>(
  option: Common<NoInfer<T> | undefined> & TextCheck,
): Option<T | undefined>;
export function text(option: Common<string | undefined> & TextCheck): Option<string | undefined> {
  const check = (value: unknown) => {
    if (typeof value !== 'string') throw expected(option.flag, 'a string', value);
    if (value === '') throw expected(option.flag, 'a value', value);
    if (value.includes('\0')) throw expected(option.flag, 'a value without NUL', value);
    option.check?.(value);
  };
  const parse = (given: string) => {
    check(given);
    return given;
  };
  const { examples, ...rest } = option;
  const schema = { type: 'string', ...(examples && { examples }) } as const;
  return { group: 'Options', ...rest, schema, parse, check };
}

/** A boolean switch, off by default. */
export function flag(option: Common<boolean>): Option<boolean> {
  const check = (value: unknown) => {
    if (typeof value !== 'boolean') throw expected(option.flag, 'true or false', value);
  };
  return { group: 'Options', ...option, schema: { type: 'boolean' }, parse: () => true, check };
}
