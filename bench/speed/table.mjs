// The bench's first table: ratios of time, median and spread, beside what is hoped for.

import { rivals } from './sides.mjs';

export function median(values) {
  const all = values.toSorted((a, b) => a - b);
  const middle = all.length >> 1;
  return all.length % 2 === 1 ? all[middle] : (all[middle - 1] + all[middle]) / 2;
}

/** How many times as long as alexft `side` took, round by round: each round ran both, one after the other. */
export function ratioOf(row, side) {
  const ratios = row.seconds[side].map((seconds, round) => seconds / row.seconds.alexft[round]);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return { median: median(ratios), least, most, goal: row.goals[side] };
}

const seconds = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(1));

function cell(row, side) {
  if (row.seconds[side] === undefined) return '';
  const { median, least, most, goal } = ratioOf(row, side);
  const spread = row.seconds[side].length > 1 ? ` (${least.toFixed(2)}–${most.toFixed(2)})` : '';
  const reached = Number(median.toFixed(2)) >= goal ? '' : `, short of ${goal}`;
  return `**${median.toFixed(2)}**${spread}${reached}`;
}

/** Rows as a Markdown table, a column a rival. */
export function markdown(rows) {
  const columns = { ...rivals, sharp: 'sharp', float32: 'its own float32' };
  const head = ['work', 'alexft, seconds', ...Object.values(columns), 'rounds'];
  const lines = rows.map((row) => [
    row.title,
    seconds(median(row.seconds.alexft)),
    ...Object.keys(columns).map((side) => cell(row, side)),
    row.seconds.alexft.length,
  ]);
  return [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('');
}
