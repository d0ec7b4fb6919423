// npm run distributed: one training in several processes (docs/distributed.md).
//
//   npm run distributed -- --data DIR [--ranks 1,2,3,4] [--steps 6] [--batch 128]
//                          [--python PYTHON]   PyTorch's DistributedDataParallel beside it
//                          [--namespaces]      and two ranks on two machines: namespaces with a link of 10 and 1 Gbit/s
//                          [--kills N]         instead: N ranks killed, stopped or cut off; fewer with [--minutes M]
//                          [--launchers]       instead: under Slurm, Open MPI and TF_CONFIG
//
// Without an option, the speed of 1 to 4 ranks on this machine. Linux only.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import './ranks.mjs';

const text = { type: 'string' };
const { values: options } = parseArgs({
  options: {
    data: { ...text, default: fileURLToPath(new URL('../../../shared/data/PetImages', import.meta.url)) },
    ranks: { ...text, default: '1,2,3,4' },
    steps: { ...text, default: '6' },
    batch: { ...text, default: '128' },
    python: text,
    kills: text,
    minutes: { ...text, default: '600' },
    launchers: { type: 'boolean' },
    namespaces: { type: 'boolean' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'alexft-distributed-'));
// Ranks are killed first (ranks.mjs), and may write a little longer.
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
if (options.kills !== undefined) {
  const { killRanks } = await import('./kills.mjs');
  const effort = {
    times: Number(options.kills),
    until: performance.now() + 60_000 * Number(options.minutes),
  };
  if (!(await killRanks(effort, options.data, folder))) process.exitCode = 1;
} else if (options.launchers) {
  const { tryLaunchers } = await import('./launchers.mjs');
  if (!(await tryLaunchers(options.data, folder))) process.exitCode = 1;
} else {
  const { measureRanks } = await import('./table.mjs');
  await measureRanks(options, folder);
}
