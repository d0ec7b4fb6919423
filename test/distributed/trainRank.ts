// A rank that trains a narrow network: `trainRank.js OPTIONS FATE`, both JSON. At step `at` of the first attempt, or at
// the end, rank 0 sends `signal` to rank `victim`, or to the process that has started the ranks.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { train } from '../../dist/commands/training/train.js';
import { UserError } from '../../dist/core/errors.js';
import { onSupervisorGone } from '../../dist/distributed/supervisor.js';
import type { TrainOptions } from '../../dist/options/train/trainOptions.js';
import { narrow, narrowOptions } from '../commands/narrow.js';

interface Fate {
  readonly at: number | 'end';
  readonly victim: number | 'parent';
  readonly signal: NodeJS.Signals;
  /** For the ranks' process ids. */
  readonly folder: string;
}

const options = JSON.parse(process.argv[2]!) as Partial<TrainOptions>;
const fate = JSON.parse(process.argv[3] ?? 'null') as Fate | null;
const isFirst = process.env.TORCHELASTIC_RESTART_COUNT === '0';
const controller = new AbortController();
process.on('SIGTERM', () => controller.abort());
onSupervisorGone(() => controller.abort());
if (fate) await writeFile(join(fate.folder, `${process.env.RANK}.pid`), String(process.pid));

const context = { signal: controller.signal, onMessage: () => {}, onProgress: () => {}, hideNativeLog: true };
let last: string | undefined;
try {
  const given = options.resume === undefined ? { ...narrowOptions, device: 'cpu', threads: 1 } : {};
  for await (const event of train({ ...given, ...options } as Partial<TrainOptions>, context, {
    widths: narrow,
  })) {
    last = event.event;
    const at = event.event === 'step' ? event.step : event.event === 'done' ? 'end' : undefined;
    if (fate && isFirst && at === fate.at) {
      const pid = await readFile(join(fate.folder, `${fate.victim}.pid`), 'utf8').catch(() => process.ppid);
      process.kill(Number(pid), fate.signal);
    }
  }
} catch (error) {
  console.error((error as Error).message);
  process.exit(error instanceof UserError ? error.exitCode : 1);
}
process.exit(last === undefined || last === 'done' ? 0 : 143); // as cli/commands/trainCommand.ts
