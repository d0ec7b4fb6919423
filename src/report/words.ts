// Numbers as a report writes them.

export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
export const decimal = (value: number): string => value.toFixed(4);
export const count = (value: number): string => value.toLocaleString('en');

/** `1 picture`, `2,000 pictures`. */
export const plural = (value: number, word: string, many = `${word}s`): string =>
  `${count(value)} ${value === 1 ? word : many}`;

/** `12.3 s`, `4 min 05 s`, `2 h 03 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}
