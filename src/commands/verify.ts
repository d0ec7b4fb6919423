// alexft verify: whether all that a run left is as it was written.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { silentContext } from '../core/context.js';
import { dataError, printable, reasonOf } from '../core/errors.js';
import { type Fields, isObject } from '../core/json.js';
import { sha256OfFile } from '../io/atomic.js';
import type { CommandContext } from '../profile/profile.js';
import { damageOf, stepsIn } from '../run/checkpointFolder.js';
import { runFiles, runStates } from '../run/runFiles.js';
import { readSplit } from '../run/splitFile.js';
import { readModel } from '../weights/modelFile.js';

export interface Verification {
  readonly run: string;
  /** `running`, `complete`, `interrupted` or `failed`; `unknown` where run.json can't be read. */
  readonly state: string;
  /** Whether every file is as it was written. */
  readonly ok: boolean;
  readonly files: readonly { readonly file: string; readonly ok: boolean; readonly detail: string }[];
}

/** Looks at every file of the run in `folder`. Throws a data error where there is no run. Changes nothing. */
export async function verify(folder: string, context: CommandContext = silentContext): Promise<Verification> {
  const files: { file: string; ok: boolean; detail: string }[] = [];
  const look = async (file: string, check: () => Promise<string>) => {
    context.signal?.throwIfAborted();
    try {
      files.push({ file, ok: true, detail: await check() });
    } catch (error) {
      files.push({ file, ok: false, detail: printable(reasonOf(error)) });
    }
  };

  if (!(await isThere(join(folder, runFiles.run))) && !(await isThere(join(folder, runFiles.events)))) {
    throw dataError(
      `There is no run in '${printable(folder)}'.`,
      'Name the folder of a training, such as models/DATE-TIME.',
    );
  }
  let state = 'unknown';
  let sums: Fields = {};
  await look(runFiles.run, async () => {
    const run: unknown = JSON.parse(await readFile(join(folder, runFiles.run), 'utf8'));
    if (!isObject(run) || !(runStates as readonly unknown[]).includes(run.state)) {
      throw new Error('it has no state of a run');
    }
    state = String(run.state);
    if (isObject(run.sha256)) sums = run.sha256;
    return `state ${state}`;
  });
  await look(runFiles.split, async () => {
    const files = await readSplit(folder);
    if (!files) throw new Error("it can't be read as a list of images");
    return `${files.length} images`;
  });
  await look(runFiles.events, () => checkEvents(join(folder, runFiles.events)));
  for (const name of [runFiles.best, runFiles.last]) {
    if (!(await isThere(join(folder, name))) && sums[name] === undefined) continue;
    await look(name, () => checkModel(join(folder, name), sums[name]));
  }
  if (await isThere(join(folder, runFiles.report))) {
    await look(runFiles.report, () => checkReport(join(folder, runFiles.report)));
  }
  for (const step of await stepsIn(folder)) {
    await look(join('checkpoint', String(step)), async () => {
      const damage = await damageOf(folder, step);
      if (damage !== undefined) throw new Error(damage);
      return 'all checksums match';
    });
  }
  return { run: folder, state, ok: files.every(({ ok }) => ok), files };
}

const isThere = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined;

/** A run that is killed may leave its last line half written: that is no damage, and resume writes it again. */
async function checkEvents(path: string): Promise<string> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  const unfinished = lines.pop() !== '';
  for (const [index, line] of lines.entries()) {
    try {
      JSON.parse(line);
    } catch {
      throw new Error(`line ${index + 1} is not JSON`);
    }
  }
  return `${lines.length} events${unfinished ? ', and one that was cut off' : ''}`;
}

/** A report can be made again at any time, and its bytes differ then: no checksum is kept of it. */
async function checkReport(path: string): Promise<string> {
  const text = await readFile(path, 'utf8');
  if (!text.startsWith('<!DOCTYPE html>') || !text.endsWith('</html>\n')) {
    throw new Error('not a whole report; alexft report writes it anew');
  }
  return 'a report, with its beginning and its end; no checksum is kept of it';
}

/** `sha256` as run.json has it, once the run has ended. */
async function checkModel(path: string, sha256: unknown): Promise<string> {
  const { classes } = await readModel(path);
  if (sha256 === undefined)
    return `a model of ${classes.length} classes; its run has not ended, so no checksum is known`;
  const found = await sha256OfFile(path);
  if (found !== sha256) throw new Error(`its SHA-256 is ${found}, and was ${String(sha256)}`);
  return `a model of ${classes.length} classes; its checksum matches`;
}
