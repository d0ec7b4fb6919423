// Validation of JSON that was read from files.

export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** JSON has no NaN and infinities. */
export const isNumber = (value: unknown): value is number => Number.isFinite(value);

export const optional =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || is(value);

/** Describes the first field that fails its check. */
export function firstProblem(
  fields: Fields,
  checks: Readonly<Record<string, (value: unknown) => boolean>>,
): string | undefined {
  const invalid = Object.keys(checks).find((name) => !checks[name]!(fields[name]));
  return invalid === undefined ? undefined : `'${invalid}' is ${describe(fields[invalid])}`;
}

const describe = (value: unknown): string =>
  value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
