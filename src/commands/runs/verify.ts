// alexft verify: checks the files of a run for damage.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { silentContext } from '../../core/context.js';
import { dataError, printable, reasonOf } from '../../core/errors.js';
import { type Fields, isObject } from '../../core/json.js';
import { sha256OfFile } from '../../io/atomic.js';
import type { CommandContext } from '../../profile/context.js';
import { damageOf, stepsIn } from '../../run/checkpoint/checkpointFolder.js';
import { runFiles, runStates } from '../../run/runFiles.js';
import { readSplit } from '../../run/splitFile.js';
import { readModel } from '../../weights/modelFile.js';

export interface Verification {
  readonly run: string;
  /** `running`, `complete`, `interrupted` or `failed`; `unknown` if run.json can't be read. */
  readonly state: string;
  /** Whether no file is damaged. */
  readonly ok: boolean;
  readonly files: readonly { readonly file: string; readonly ok: boolean; readonly detail: string }[];
}

/** Checks every file of the run in `folder`. Throws a data error (exit code 3) if there is no run. */
export async function verify(folder: string, context: CommandContext = silentContext): Promise<Verification> {
  const files: { file: string; ok: boolean; detail: string }[] = [];
  const check = async (file: string, run: () => Promise<string>) => {
    context.signal?.throwIfAborted();
    try {
      files.push({ file, ok: true, detail: await run() });
    } catch (error) {
      files.push({ file, ok: false, detail: printable(reasonOf(error)) });
    }
  };

  if (!(await exists(join(folder, runFiles.run))) && !(await exists(join(folder, runFiles.events)))) {
    throw dataError(
      `Expected '${printable(folder)}' to be a run folder but found neither ${runFiles.run} nor ${runFiles.events}.`,
      'Pass the folder of a training, such as models/DATE-TIME.',
    );
  }
  let state = 'unknown';
  let sums: Fields = {};
  await check(runFiles.run, async () => {
    const run: unknown = JSON.parse(await readFile(join(folder, runFiles.run), 'utf8'));
    if (!isObject(run) || !(runStates as readonly unknown[]).includes(run.state)) {
      throw new Error('it has no valid state');
    }
    state = String(run.state);
    if (isObject(run.sha256)) sums = run.sha256;
    return `state ${state}`;
  });
  await check(runFiles.split, async () => {
    const files = await readSplit(folder);
    if (!files) throw new Error('it is not a valid list of images');
    return `${files.length} images`;
  });
  await check(runFiles.events, () => checkEvents(join(folder, runFiles.events)));
  for (const name of [runFiles.best, runFiles.last]) {
    if (!(await exists(join(folder, name))) && sums[name] === undefined) continue;
    await check(name, () => checkModel(join(folder, name), sums[name]));
  }
  if (await exists(join(folder, runFiles.report))) {
    await check(runFiles.report, () => checkReport(join(folder, runFiles.report)));
  }
  for (const step of await stepsIn(folder)) {
    await check(join('checkpoint', String(step)), async () => {
      const damage = await damageOf(folder, step);
      if (damage !== undefined) throw new Error(damage);
      return 'all checksums match';
    });
  }
  return { run: folder, state, ok: files.every(({ ok }) => ok), files };
}

const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined;

/** An incomplete last line is not damage: a killed run can leave one, and resuming the run writes it again. */
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
  return `${lines.length} events${unfinished ? ' and an incomplete one' : ''}`;
}

/** There is no checksum of a report: it can be written again at any time, with different bytes. */
async function checkReport(path: string): Promise<string> {
  const text = await readFile(path, 'utf8');
  if (!text.startsWith('<!DOCTYPE html>') || !text.endsWith('</html>\n')) {
    throw new Error('the report is incomplete; write it again with alexft report');
  }
  return 'a complete report (without a checksum)';
}

/** `sha256` is from run.json, which contains it once the run has ended. */
async function checkModel(path: string, sha256: unknown): Promise<string> {
  const { classes } = await readModel(path);
  if (sha256 === undefined)
    return `a model of ${classes.length} classes; its run has not ended, so there is no checksum`;
  const found = await sha256OfFile(path);
  if (found !== sha256) throw new Error(`expected the SHA-256 ${String(sha256)} but found ${found}`);
  return `a model of ${classes.length} classes; its checksum matches`;
}
