// Breaks trainings in every way that is known, and counts what is lost or wrongly accepted:
//
//   node scripts/faults.mjs [NAME...] [--minutes N] [--real N]
//
// Without a name all of: damage calls writers disks trainings real. Together they take about the minutes (default 16).
// `real` is the whole AlexNet with `--real` kills at most (default 60), and wants the native engine. Prints the table
// of docs/experiments/faults.md; exit 1 where anything was lost, wrongly accepted, or did not end well. Wants the
// compiled tests (npm test, or npx tsc -p test), strace, and for small disks root; what can't be tried is said.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './processes.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '16' }, real: { type: 'string', default: '60' } },
});
const file = join(root, '.tests', 'faults', 'campaigns.js');
if (!existsSync(file)) fail('The tests are not compiled: run npx tsc -p test first.');
const { campaigns, runCampaigns } = await import(pathToFileURL(file).href);

const known = Object.keys(campaigns);
const unknown = positionals.find((name) => !known.includes(name));
if (unknown !== undefined) fail(`There is no '${unknown}', only: ${known.join(', ')}.`);
const [minutes, real] = [Number(values.minutes), Number(values.real)];
if (!(minutes > 0 && real >= 0)) fail('--minutes and --real want a number.');

const names = positionals.length > 0 ? positionals : known;
const { lines, ok } = await runCampaigns(names, { minutes, real, say: (line) => console.error(line) });
for (const line of lines) console.log(line);
if (!ok) process.exitCode = 1;

function fail(message) {
  console.error(message);
  process.exit(2);
}
