// Formats durations, shares and sizes for display, and parses sizes from options.

/** `12.3 s`, `4 min 05 s`, `3 h 05 min`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** `97.2%`. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** `0.85 GB`. */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

/** `1,234.5 MB`. */
export const megabytes = (bytes: number): string =>
  `${Number((bytes / 1e6).toFixed(1)).toLocaleString('en-US')} MB`;

const units: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
const sizeFormat = /^(\d{1,6}(?:\.\d{1,3})?) ?([KMGT]?B|)$/i;

/** Whether `text` is a size: `0`, `500MB`, `20 GB`, `1.5TB`. Units are powers of ten. */
export const isSize = (text: string): boolean => sizeFormat.test(text);

/** Parses a size. Returns bytes. */
export function bytesOfSize(text: string): number {
  const [, number, unit = ''] = sizeFormat.exec(text)!;
  return Math.round(Number(number) * units[unit.toUpperCase()]!);
}
