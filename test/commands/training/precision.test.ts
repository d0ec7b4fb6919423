// Trainings in bfloat16. A separate file, because a process opens an engine in one precision.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { listCache } from '../../../dist/commands/cache.js';
import { predict } from '../../../dist/commands/models/predict.js';
import { cacheFolder } from '../../../dist/io/cacheFolder.js';
import { resumedOptions } from '../../../dist/options/train/resumedOptions.js';
import { readModel } from '../../../dist/weights/modelFile.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { withoutBfloat16 } from '../../engine/bfloat16.js';
import { temporaryFolder } from '../../support.js';
import { only, trainNarrow } from '../narrow.js';

const skip = withoutBfloat16;

// A cache of this file's own, before an engine is opened: a process knows the native one by its path.
const cache = await mkdtemp(join(tmpdir(), 'alexft-test-'));
await symlink(join(cacheFolder(), 'engines'), join(cache, 'engines'));
process.env.ALEXFT_CACHE = cache;
after(() => rm(cache, { recursive: true }));

test('a training in bfloat16 learns, says so, and resumes to the same bits', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [10, 10]);
  const options = {
    data,
    valSplit: 0.25,
    epochs: 4,
    batchSize: 4,
    device: 'cpu',
    precision: 'bfloat16',
  } as const;
  const whole = join(folder, 'whole');
  const { events } = await trainNarrow({ ...options, out: whole });
  assert.match(only(events, 'start').engine, /, in bfloat16$/);
  const losses = events.flatMap((each) => (each.event === 'epoch' ? [each.loss] : []));
  assert.ok(losses.at(-1)! < losses[0]!, `${losses}`);

  const out = join(folder, 'stopped');
  const controller = new AbortController();
  await trainNarrow(
    { ...options, out },
    {
      signal: controller.signal,
      onEvent: (event) => event.event === 'step' && event.step === 6 && controller.abort(),
    },
  );
  await assert.rejects(trainNarrow({ resume: out, precision: 'float32' }), {
    exitCode: 2,
    message: /--precision can't be changed/,
  });
  await trainNarrow({ resume: out });
  for (const file of ['model.safetensors', 'last.safetensors']) {
    assert.deepEqual(
      (await readModel(join(out, file))).tensors,
      (await readModel(join(whole, file))).tensors,
    );
  }
  const { options: saved, engine } = JSON.parse(await readFile(join(whole, 'run.json'), 'utf8'));
  assert.equal(saved.precision, 'bfloat16');
  assert.match(engine, /, in bfloat16$/);

  await assert.rejects(predict([data], { model: whole, device: 'cpu', precision: 'float32' }).next(), {
    name: 'UserError',
    exitCode: 4,
    message: /already opened the engine in bfloat16/,
  });
});

test('features of another precision are not used', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [4, 4]);
  const options = { data, epochs: 1, device: 'cpu', trainable: 'classifier', cacheLimit: '1GB' } as const;
  // In a process of its own, because it opens the engine in float32.
  await promisify(execFile)(process.execPath, [
    ...['--input-type=module', '--eval'],
    `const { trainNarrow } = await import(${JSON.stringify(new URL('../narrow.js', import.meta.url))});
    await trainNarrow(${JSON.stringify({ ...options, out: join(folder, 'float32') })});`,
  ]);
  assert.equal((await listCache())[0]!.name, 'features');
  const cached = /Features of 8 of 8 images are in the cache/;
  const first = await trainNarrow({ ...options, precision: 'bfloat16', out: join(folder, 'first') });
  assert.doesNotMatch(first.messages.join('\n'), cached);
  const second = await trainNarrow({ ...options, precision: 'bfloat16', out: join(folder, 'second') });
  assert.match(second.messages.join('\n'), cached);
});

test('a run that an earlier version wrote with tf32 resumes', () => {
  const before = resumedOptions('runs/a', { options: { data: 'x', tf32: true } } as never, {}).before;
  assert.equal(before.precision, 'tf32');
  assert.equal(
    resumedOptions('runs/a', { options: { data: 'x', tf32: false } } as never, {}).config.precision,
    'float32',
  );
});
