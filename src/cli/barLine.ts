// A phase in one line: a bar for terminals, which never takes more columns than there are; words elsewhere.

import { amount, clock, rateOf } from './amounts.js';
import { columnsOf, padEnd, shortened } from './columns.js';
import type { PhaseState } from './phase.js';

/** Columns that names of phases get, so that bars stand under each other. */
const labelColumns = 12;
const longestBar = 40;
const shortestBar = 4;

/**
 * `Epoch 3/5    ███████░░░  53%  8 of 15 steps  1.25 steps/s  0:06 left  loss 0.2127`, in less than `columns`. What goes
 * first where that is too much: the bar's length over 10, how many are done, the blanks that align bars, the rest of the
 * bar's length, the note, the rate, the time left, the bar, the end of the name.
 */
export function barLine(state: PhaseState, columns: number, unicode: boolean): string {
  const room = columns - 1; // some terminals begin a new line once the last column is filled
  const { label, done, total, unit, rate, note } = state;
  const parts = {
    count: amount(done, total, unit),
    rate: rate === undefined ? '' : rateOf(rate, unit),
    left: leftOf(state),
    note,
  };
  if (total <= 0) {
    const whole = [padEnd(label, labelColumns), parts.count, parts.rate, note].filter(Boolean).join('  ');
    return columnsOf(whole) <= room ? whole : shortened(`${label}  ${parts.count}`, room);
  }
  const share = Math.min(1, done / total);
  const head = `${Math.floor(100 * share)}%`.padStart(5);
  const shown = (...names: (keyof typeof parts)[]) => names.map((name) => parts[name]).filter(Boolean);
  const tries = [
    { label: padEnd(label, labelColumns), bar: 10, tail: shown('count', 'rate', 'left', 'note') },
    { label: padEnd(label, labelColumns), bar: 10, tail: shown('rate', 'left', 'note') },
    { label, bar: shortestBar, tail: shown('rate', 'left', 'note') },
    { label, bar: shortestBar, tail: shown('rate', 'left') },
    { label, bar: shortestBar, tail: shown('left') },
    { label, bar: shortestBar, tail: [] },
  ];
  for (const { label, bar, tail } of tries) {
    const others = columnsOf([`${label} `, head, ...tail.map((part) => `  ${part}`)].join(''));
    if (others + bar > room) continue;
    const length = Math.min(longestBar, room - others);
    return [`${label} ${drawn(share, length, unicode)}${head}`, ...tail].join('  ');
  }
  return shortened(label + head, room);
}

function drawn(share: number, length: number, unicode: boolean): string {
  const full = Math.floor(share * length);
  const [there, missing] = unicode ? ['█', '░'] : ['#', '-'];
  return there.repeat(full) + missing.repeat(length - full);
}

const leftOf = ({ done, total, rate }: PhaseState): string =>
  rate === undefined || total <= 0 ? '' : `${clock((total - done) / rate)} left`;

/** The same in words: `Epoch 3/5: 53%, 8 of 15 steps, 1.25 steps/s, 0:06 left, loss 0.2127`. */
export function plainProgress(state: PhaseState): string {
  const { label, done, total, unit, rate, note } = state;
  const share = total > 0 ? `${Math.floor((100 * done) / total)}%` : '';
  const facts = [
    share,
    amount(done, total, unit),
    rate === undefined ? '' : rateOf(rate, unit),
    leftOf(state),
    note,
  ];
  return `${label}: ${facts.filter(Boolean).join(', ')}`;
}
