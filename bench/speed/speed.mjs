// The bench's first table: each side after the other in every round, so that what else the machine does meets all
// alike.

import { rows } from './rows.mjs';
import { server } from './sides.mjs';
import { ratioOf } from './table.mjs';

const say = (text) => process.stderr.write(`${text}\n`);

export async function* measureSpeed({ only, full, rounds }, place, env) {
  const chosen = rows.filter(({ id, size }) => (only ? only.includes(id) : full || size === 'short'));
  const rivals = Array.from({ length: rounds }, () => new Map());
  const servers = new Map();
  const ask = ({ side, precision }, question) => {
    const name = `${side} ${precision}`;
    if (!servers.has(name)) servers.set(name, server(side, place, { precision }));
    return servers.get(name).ask(question);
  };
  for (const row of chosen.filter(({ asks }) => asks)) {
    yield await measure(row, rounds, { place, env, ask, rivals });
  }
  // Servers hold gigabytes: they must not run beside commands that are timed.
  await Promise.all([...servers.values()].map((one) => one.close()));
  for (const row of chosen.filter(({ asks }) => !asks)) {
    yield await measure(row, rounds, { place, env, rivals });
  }
}

async function measure(row, rounds, bench) {
  const { id, title, goals } = row;
  const seconds = { alexft: [], ...Object.fromEntries(Object.keys(goals).map((side) => [side, []])) };
  for (let round = 0; round < rounds; round++) {
    for (const side of Object.keys(seconds)) {
      const taken = await row.seconds(side, { ...bench, rivals: bench.rivals[round] });
      say(`  ${title}: ${side} ${taken.toFixed(2)} s`);
      seconds[side].push(taken);
    }
  }
  const found = { id, title, goals, seconds };
  return {
    ...found,
    ratios: Object.fromEntries(Object.keys(goals).map((side) => [side, ratioOf(found, side)])),
  };
}
