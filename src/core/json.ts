// JSON that was read from a file is data that anyone may have written: what is built on is looked at first.

export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** NaN and infinities are none that JSON has. */
export const isNumber = (value: unknown): value is number => Number.isFinite(value);

export const optional =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || is(value);

/** The first field that is not as its check wants it, in words. */
export function firstProblem(
  fields: Fields,
  checks: Readonly<Record<string, (value: unknown) => boolean>>,
): string | undefined {
  const wrong = Object.keys(checks).find((name) => !checks[name]!(fields[name]));
  return wrong === undefined ? undefined : `'${wrong}' is ${shown(fields[wrong])}`;
}

const shown = (value: unknown): string =>
  value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
