// Options. Each is declared once, in this folder: its flag, type, default, validation, help text, and its row in
// docs/cli.md come from that declaration.

import { didYouMean } from '../core/didYouMean.js';
import { printable, quoted, type UserError, usageError } from '../core/errors.js';

/** Headings of `--help` and docs/cli.md, which list them in the order in which a command declares its options. */
export type OptionGroup =
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

/** The usage error for an invalid value. */
export const expected = (flag: string, what: string, found: unknown): UserError =>
  usageError(`Expected ${what} for ${flag} but received '${shortened(printable(String(found)))}'.`);

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}...` : text);
