// Sizes as people type them.

const units: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
const form = /^(\d{1,6}(?:\.\d{1,3})?) ?([KMGT]?B|)$/i;

/** Whether `text` is a size: `0`, `500MB`, `20 GB`, `1.5TB`. Units are powers of ten, as disks are sold. */
export const isSize = (text: string): boolean => form.test(text);

/** The bytes of a size. */
export function bytesOfSize(text: string): number {
  const [, number, unit = ''] = form.exec(text)!;
  return Math.round(Number(number) * units[unit.toUpperCase()]!);
}
