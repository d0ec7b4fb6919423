// Checkpoints damaged after they were written: cut short at each byte, bits flipped, files gone or exchanged.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MersenneTwister } from '../../dist/random/generator.js';
import { readNewestCheckpoint } from '../../dist/run/checkpoint/checkpoint.js';
import { checkpointFiles, checkpointOf } from '../../dist/run/checkpoint/checkpointFolder.js';
import { differenceIn } from './madeTraining.js';
import { note, type Tally } from './tally.js';
import { runWriter } from './writer.js';

const { parameters, optimizer, state, sums } = checkpointFiles;

interface Damaging {
  readonly what: string;
  readonly file: string;
  readonly change: (bytes: Buffer) => Buffer;
}

/** Cuts at the first bytes, one by one, and at others; `flips` flipped bits anywhere. All different, from the seed. */
function* damages(sizes: ReadonlyMap<string, number>, cuts: number, flips: number): Generator<Damaging> {
  const random = new MersenneTwister(7);
  for (const [file, size] of sizes) {
    const lengths = new Set(Array.from({ length: Math.min(size, cuts) }, (_, length) => length));
    for (let i = 0; i < cuts / 4; i++) lengths.add(Math.floor(random.rand() * size));
    for (const length of lengths) {
      yield { what: `${file} cut to ${length}`, file, change: (bytes) => bytes.subarray(0, length) };
    }
    yield {
      what: `${file} with a byte more`,
      file,
      change: (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]),
    };
    for (let i = 0; i < flips; i++) {
      const at = Math.floor(random.rand() * size);
      const bit = 1 << Math.floor(random.rand() * 8);
      const change = (bytes: Buffer) => {
        const changed = Buffer.from(bytes);
        changed[at]! ^= bit;
        return changed;
      };
      yield { what: `${file} with bit ${bit} of byte ${at} flipped`, file, change };
    }
    // A block that a disk never wrote, or wrote to another place.
    for (let at = 0; at < size; at += 4096) {
      const change = (bytes: Buffer) => Buffer.from(bytes).fill(0, at, Math.min(size, at + 4096));
      yield { what: `${file} with zeros from ${at} on`, file, change };
    }
  }
}

/** Damages the newest of two checkpoints in each way: it has to be recognized, and the one before taken. */
export async function damageCheckpoints(
  { cuts, flips, until }: { cuts: number; flips: number; until: number },
  tallyOf: (kind: string) => Tally,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'alexft-damage-'));
  try {
    const run = join(folder, 'run');
    await runWriter(run, 5);
    const newest = checkpointOf(run, 5);
    const whole = new Map<string, Buffer>();
    for (const file of [sums, state, parameters, optimizer])
      whole.set(file, await readFile(join(newest, file)));
    const sizes = new Map(Array.from(whole, ([file, { length }]) => [file, length]));
    for (const { what, file, change } of damages(sizes, cuts, flips)) {
      if (performance.now() > until) return;
      const damaged = change(whole.get(file)!);
      if (damaged.equals(whole.get(file)!)) continue;
      await writeFile(join(newest, file), damaged);
      await judgeFallback(run, what, tallyOf(/cut|more/.test(what) ? 'cut' : 'flipped'));
      await writeFile(join(newest, file), whole.get(file)!);
    }
    await exchangeFiles(run, tallyOf('exchanged'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each file gone, or that of the checkpoint before; and the one before under the newest's name. */
async function exchangeFiles(run: string, tally: Tally): Promise<void> {
  const [older, newest] = [checkpointOf(run, 4), checkpointOf(run, 5)];
  for (const file of [parameters, optimizer, state, sums]) {
    const whole = await readFile(join(newest, file));
    await rm(join(newest, file));
    await judgeFallback(run, `${file} gone`, tally);
    await cp(join(older, file), join(newest, file));
    await judgeFallback(run, `${file} of another step`, tally);
    await writeFile(join(newest, file), whole);
  }
}

async function judgeFallback(run: string, what: string, tally: Tally): Promise<void> {
  tally.tried += 1;
  const told: string[] = [];
  try {
    const saved = await readNewestCheckpoint(run, (message) => told.push(message));
    if (!saved) note(tally, 'lost', `${what}: nothing was taken`);
    else if (saved.step !== 4 || differenceIn(saved) || told.length !== 1) {
      note(tally, 'accepted', `${what}: ${saved.step} was taken`);
    }
  } catch (error) {
    note(tally, 'rough', `${what}: ${error}`);
  }
}
