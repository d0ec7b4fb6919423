// A model of the time of a step, all layers trained: floating-point operations, latency and bytes. Fits its four
// numbers to the rows that `npm run distributed` writes to stderr, and prints what it predicts for more machines like
// this one.
//
//   npm run distributed -- --namespaces 2>rows.jsonl && node bench/distributed/model.mjs rows.jsonl
//
// A step of N ranks with c cores each takes
//
//   (operations / R + U) / c  +  rounds L  +  bytes (1 / G + 1 / link)
//
// Operations of a rank: those of its share of the batch, and of the products that all ranks compute, of Linear layers
// whose factors are gathered. R, U: their rate on a core, and the time for the update, fitted to the steps. L, G: the
// time of a round and bytes a second without a link, fitted to all-reduces of one and of a million numbers. Nothing is
// overlapped, and no rank waits for a slower one.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** [weights, multiply-adds of an image] of AlexNet's layers with 2 classes. */
const convolutions = { weights: 2_469_696, operations: 655_566_528 };
const linear = [9216 * 4096, 4096 * 4096, 4096 * 2];
const factors = [9216 + 4096, 4096 + 4096, 4096 + 2];

/**
 * Multiply-adds that a rank computes, rounds and bytes that it receives, in a step. As src/model/groupGradients.ts
 * decides.
 */
function stepOf(ranks, batch) {
  const own = batch / ranks;
  let reduced = convolutions.weights;
  let gathered = 2 * batch; // logits
  let operations = 3 * own * convolutions.operations;
  for (const [index, weights] of linear.entries()) {
    const isGathered = ranks > 1 && batch * factors[index] <= 2 * weights;
    operations += 2 * own * weights + (isGathered ? batch : own) * weights;
    if (isGathered) gathered += batch * factors[index];
    else reduced += weights;
  }
  const others = (ranks - 1) / ranks;
  // Gathered: two factors of each such layer, the logits, and whether a rank wants to stop. All-reduced, twice round:
  // the rest.
  const gathers = 2 + 2 * linear.filter((weights, index) => batch * factors[index] <= 2 * weights).length;
  return { operations, rounds: (ranks - 1) * (gathers + 2), bytes: 4 * others * (gathered + 2 * reduced) };
}

const [file] = process.argv.slice(2);
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{"ranks"'))
  .map((line) => JSON.parse(line));
const cores = availableParallelism();
const coresOf = ({ ranks }) => cores / ranks;
/** Milliseconds for a byte on the link alone. */
const linkTime = (gigabits) => 8e-6 / gigabits;

const computing = rows.map((row) => ({
  x: [stepOf(row.ranks, row.batch).operations, 1],
  y: (row.step - row.collectives) * coresOf(row),
}));
const [perOperation, update] = leastSquares(computing);
const reductions = rows.flatMap(({ ranks, link, reductions }) =>
  Object.entries(reductions ?? {}).map(([name, milliseconds]) => {
    const bytes = (name === 'one' ? 4 : 4e6) * 2 * ((ranks - 1) / ranks);
    return { x: [2 * (ranks - 1), bytes], y: milliseconds - (link ? bytes * linkTime(link.gigabits) : 0) };
  }),
);
const [latency, perByte] = leastSquares(reductions);

const predicted = (ranks, batch, ownCores, gigabits) => {
  const { operations, rounds, bytes } = stepOf(ranks, batch);
  const exchange = rounds * latency + bytes * (perByte + (gigabits ? linkTime(gigabits) : 0));
  return (operations * perOperation + update) / ownCores + exchange;
};

console.log(
  `A model fitted to ${rows.length} rows: ${(2e-6 / perOperation).toFixed(1)} GFLOP/s a core, ${update.toFixed(0)} ms of ` +
    `one core a step, ${latency.toFixed(2)} ms a round, ${(1e-6 / perByte).toFixed(2)} GB/s\n`,
);
console.log('| ranks | batch | step | model |\n|--:|--:|--:|--:|');
for (const row of rows) {
  const time = predicted(row.ranks, row.batch, coresOf(row), row.link?.gigabits);
  console.log(`| ${row.ranks} | ${row.batch} | ${row.step.toFixed(0)} ms | ${time.toFixed(0)} ms |`);
}
const speeds = [10, 100];
console.log(
  `\n| machines | ${['strong', 'weak'].flatMap((kind) => speeds.map((speed) => `${kind}, ${speed} Gbit/s`)).join(' | ')} |`,
);
console.log('|--:|--:|--:|--:|--:|');
const strongBatch = 1024;
for (const machines of [8, 32, 128]) {
  const cells = [() => strongBatch, (count) => 128 * count].flatMap((batchOf) =>
    speeds.map((speed) => {
      const images = batchOf(machines) / predicted(machines, batchOf(machines), cores, speed);
      const alone = batchOf(1) / predicted(1, batchOf(1), cores);
      return `${(1000 * images).toFixed(0)} images/s (${(images / alone / machines).toFixed(2)})`;
    }),
  );
  console.log(`| ${machines} | ${cells.join(' | ')} |`);
}
console.log(
  `\nStrong: batches of ${strongBatch}; weak: 128 images a machine. In brackets: efficiency, beside one machine.`,
);

/** The two numbers, none below 0, with which their products with `x` are nearest to `y`, relative to it. */
function leastSquares(points) {
  const scaled = points.map(({ x, y }) => ({ x: x.map((each) => each / y), y: 1 }));
  const sum = (of) => scaled.reduce((total, point) => total + of(point), 0);
  const [aa, ab, bb] = [
    [0, 0],
    [0, 1],
    [1, 1],
  ].map(([i, j]) => sum(({ x }) => x[i] * x[j]));
  const [a, b] = [0, 1].map((i) => sum(({ x }) => x[i]));
  const solution = [(a * bb - b * ab) / (aa * bb - ab * ab), (b * aa - a * ab) / (aa * bb - ab * ab)];
  if (solution[0] < 0) return [0, b / bb];
  return solution[1] < 0 ? [a / aa, 0] : solution;
}
