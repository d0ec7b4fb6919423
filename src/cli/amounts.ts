// Numbers with their units, as a person reads them.

import type { Unit } from '../core/context.js';

/** `0:07`, `4:05`, `3:05:09`: of few and steady columns. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** `12 of 15 steps`, `52.4 of 244 MB`, `1,234 files`. `total` 0: not known. */
export function amount(done: number, total: number, unit: Unit): string {
  if (unit === 'bytes') {
    const [size, name] = scaleOf(Math.max(done, total));
    const all = total > 0 ? ` of ${short(total / size)}` : '';
    return `${short(done / size)}${all} ${name}`;
  }
  const all = total > 0 ? ` of ${total.toLocaleString('en')}` : '';
  return `${done.toLocaleString('en')}${all} ${unit}`;
}

/** `12.3 steps/s`, `7.4 MB/s`. */
export function rateOf(perSecond: number, unit: Unit): string {
  if (unit !== 'bytes') return `${short(perSecond)} ${unit}/s`;
  const [size, name] = scaleOf(perSecond);
  return `${short(perSecond / size)} ${name}/s`;
}

function scaleOf(bytes: number): [number, string] {
  if (bytes >= 1e9) return [1e9, 'GB'];
  return bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
}

/** Three digits or so. */
function short(value: number): string {
  if (value >= 99.95) return Math.round(value).toLocaleString('en');
  if (value >= 9.995) return value.toFixed(1);
  return value >= 0.1 || value === 0 ? value.toFixed(2) : value.toPrecision(2);
}
