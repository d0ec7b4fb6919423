// Figures as people read them, on a screen and in a report.

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
