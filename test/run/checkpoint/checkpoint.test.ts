import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { findBest, readNewestCheckpoint, writeCheckpoint } from '../../../dist/run/checkpoint/checkpoint.js';
import {
  checkpointOf,
  damageOf,
  removeCheckpoints,
  stepsIn,
} from '../../../dist/run/checkpoint/checkpointFolder.js';
import { writeSafetensors } from '../../../dist/weights/formats/safetensors.js';
import { differenceIn, trainingAt } from '../../faults/madeTraining.js';
import { temporaryFolder } from '../../support.js';

const read = async (run: string) => {
  const messages: string[] = [];
  const saved = await readNewestCheckpoint(run, (message) => messages.push(message));
  return { saved, messages };
};

test('what is read is what was written; two checkpoints remain', async (t) => {
  const run = await temporaryFolder(t);
  assert.equal((await read(run)).saved, undefined);
  for (const step of [1, 2, 3]) await writeCheckpoint(run, trainingAt(step, 7));
  assert.deepEqual(await stepsIn(run), [3, 2]);
  const { saved, messages } = await read(run);
  assert.equal(saved?.step, 3);
  assert.equal(differenceIn(saved!), undefined);
  assert.deepEqual(messages, []);
  assert.equal(await damageOf(run, 3), undefined);
  await removeCheckpoints(run);
  assert.deepEqual(await readdir(run), []);
});

test('a damaged checkpoint is named, and the one before it is read', async (t) => {
  const run = await temporaryFolder(t);
  for (const step of [1, 2]) await writeCheckpoint(run, trainingAt(step, 0));
  const file = join(checkpointOf(run, 2), 'optimizer.safetensors');
  const bytes = await readFile(file);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(file, bytes);
  const { saved, messages } = await read(run);
  assert.equal(saved?.step, 1);
  assert.match(
    messages.join(),
    /^The checkpoint of step 2 is damaged \(optimizer\.safetensors is not what was written\)/,
  );
});

test('complete files are linked, and the best model is found at its path or in the checkpoint', async (t) => {
  const run = await temporaryFolder(t);
  const training = trainingAt(4, 0);
  const path = join(run, 'model.safetensors');
  await writeSafetensors(path, training.parameters, {});
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  await writeCheckpoint(run, training, { parameters: { path, sha256 }, best: { path, sha256 } });
  assert.equal((await stat(path)).nlink, 3);
  const { saved } = await read(run);
  assert.equal(differenceIn(saved!), undefined);
  assert.equal(saved!.best, sha256);
  assert.equal(await findBest(run, saved!, path), path);
  await rm(path);
  const own = join(checkpointOf(run, 4), 'best.safetensors');
  assert.equal(await findBest(run, saved!, path), own);
  await writeFile(own, 'damaged');
  assert.equal(await findBest(run, saved!, path), undefined);
});

test('the unfinished checkpoint of a killed process does not count, and the next one removes it', async (t) => {
  const run = await temporaryFolder(t);
  await writeCheckpoint(run, trainingAt(1, 0));
  const unfinished = join(run, 'checkpoint', '.2-99999');
  await cp(checkpointOf(run, 1), unfinished, { recursive: true });
  assert.equal((await read(run)).saved?.step, 1);
  await writeCheckpoint(run, trainingAt(2, 0));
  assert.deepEqual((await readdir(join(run, 'checkpoint'))).sort(), ['1', '2']);
});
