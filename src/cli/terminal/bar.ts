// A progress line: with a bar on terminals, always narrower than the terminal; in words elsewhere.

import type { Unit } from '../../core/context.js';
import { columnsOf, padEnd, truncate } from './columns.js';
import type { Phase } from './phases.js';

/** Labels are padded to this width, so that bars line up. */
const labelColumns = 12;
const longestBar = 40;

/**
 * `Epoch 3/5    ███████░░░  53%  8 of 15 steps  1.25 steps/s  0:06 left  loss 0.2127`, in less than `columns`. If it
 * does not fit, these are dropped in order: the count, alignment and a long bar, the note, the rate, the time left, the
 * bar, the end of the label.
 */
export function barLine(phase: Phase, columns: number, unicode: boolean): string {
  const room = columns - 1; // some terminals wrap when the last column is filled
  const { label, done, total, note } = phase;
  const [count, rate, left] = [amount(done, total, phase.unit), rateOf(phase), timeLeft(phase)];
  const aligned = padEnd(label, labelColumns);
  if (total <= 0) {
    const whole = [aligned, count, rate, note].filter(Boolean).join('  ');
    return columnsOf(whole) <= room ? whole : truncate(`${label}  ${count}`, room);
  }
  const share = Math.min(1, done / total);
  const percent = `${Math.floor(100 * share)}%`.padStart(5);
  const [full, empty] = unicode ? ['█', '░'] : ['#', '-'];
  const forms = [
    { name: aligned, shortestBar: 10, facts: [count, rate, left, note] },
    { name: aligned, shortestBar: 10, facts: [rate, left, note] },
    { name: label, shortestBar: 4, facts: [rate, left, note] },
    { name: label, shortestBar: 4, facts: [rate, left] },
    { name: label, shortestBar: 4, facts: [left] },
    { name: label, shortestBar: 4, facts: [] },
  ];
  for (const { name, shortestBar, facts } of forms) {
    const line = (bar: string) => [`${name} ${bar}${percent}`, ...facts.filter(Boolean)].join('  ');
    const length = Math.min(longestBar, room - columnsOf(line('')));
    const filled = Math.floor(share * length);
    if (length >= shortestBar) return line(full.repeat(filled) + empty.repeat(length - filled));
  }
  return truncate(label + percent, room);
}

/** In words: `Epoch 3/5: 53%, 8 of 15 steps, 1.25 steps/s, 0:06 left, loss 0.2127`. */
export function plainProgress(phase: Phase): string {
  const { label, done, total, unit, note } = phase;
  const percent = total > 0 ? `${Math.floor((100 * done) / total)}%` : '';
  const facts = [percent, amount(done, total, unit), rateOf(phase), timeLeft(phase), note];
  return `${label}: ${facts.filter(Boolean).join(', ')}`;
}

/** `0:07`, `4:05`, `3:05:09`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const timeLeft = ({ done, total, rate }: Phase): string =>
  rate === undefined || total <= 0 ? '' : `${clock((total - done) / rate)} left`;

/** `12 of 15 steps`, `52.4 of 244 MB`, `1,234 files`. */
function amount(done: number, total: number, unit: Unit): string {
  if (unit !== 'bytes') {
    return `${done.toLocaleString('en')}${total > 0 ? ` of ${total.toLocaleString('en')}` : ''} ${unit}`;
  }
  const [size, name] = scaleOf(Math.max(done, total));
  return `${short(done / size)}${total > 0 ? ` of ${short(total / size)}` : ''} ${name}`;
}

/** `12.3 steps/s`, `7.40 MB/s`. */
function rateOf({ rate, unit }: Phase): string {
  if (rate === undefined) return '';
  const [size, name] = unit === 'bytes' ? scaleOf(rate) : [1, unit];
  return `${short(rate / size)} ${name}/s`;
}

function scaleOf(bytes: number): [number, string] {
  if (bytes >= 1e9) return [1e9, 'GB'];
  return bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
}

/** At least three significant digits. */
const short = (value: number): string =>
  value >= 99.95 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
