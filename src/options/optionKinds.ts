// The kinds of options: numbers, choices, texts and switches.

import { expected, type Option, type OptionGroup } from './option.js';

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
