// Number formats of the report.

export const decimal = (value: number): string => value.toFixed(4);
export const count = (value: number): string => value.toLocaleString('en');

/** `1 image`, `2,000 images`. */
export const plural = (value: number, word: string, many = `${word}s`): string =>
  `${count(value)} ${value === 1 ? word : many}`;
