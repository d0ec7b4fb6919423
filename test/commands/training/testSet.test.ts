// train --test: the best model is evaluated once, at the end.

import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { only, trainNarrow } from '../narrow.js';

async function folders(t: Parameters<typeof temporaryFolder>[0]) {
  const folder = await temporaryFolder(t);
  const [data, held, out] = [join(folder, 'data'), join(folder, 'held'), join(folder, 'run')];
  await drawFolder(data, [16, 16]);
  await drawFolder(held, [5, 7]);
  return { folder, data, held, out };
}

const readRun = async (out: string) =>
  JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as { state: string; test?: object };

test('the score is that of evaluate; events, run.json and the report have it', async (t) => {
  const { data, held, out } = await folders(t);
  const options = { data, out, test: held, device: 'wasm', epochs: 4, lr: 0.02, noReport: false } as const;
  await writeFile(join(held, 'class-0', 'empty.png'), '');
  const { events, messages } = await trainNarrow(options);
  const done = only(events, 'done');
  const { accuracy, loss, images, skipped } = await evaluate({ data: held, model: out, device: 'wasm' });
  assert.deepEqual(done.test, { data: held, accuracy, loss, images, skipped });
  assert.deepEqual([images, skipped], [12, 1]);
  assert.deepEqual((await readRun(out)).test, done.test);
  assert.ok(messages.includes('Skipped class-0/empty.png of --test: empty file'), messages.join('\n'));
  assert.match(await readFile(join(out, 'report.html'), 'utf8'), /Test accuracy/);
});

test('classes are compared before the training, and known images are reported', async (t) => {
  const { folder, data, held, out } = await folders(t);
  const options = { data, out, test: held, device: 'wasm', epochs: 1 } as const;
  await rename(join(held, 'class-1'), join(held, 'other'));
  await assert.rejects(trainNarrow(options), {
    name: 'UserError',
    exitCode: 3,
    message: /unknown classes: 'other'/,
  });
  await assert.rejects(readFile(join(out, 'run.json')), { code: 'ENOENT' });

  const again = join(folder, 'again');
  await mkdir(again);
  await cp(join(data, 'class-0'), join(again, 'class-0'), { recursive: true });
  const { messages } = await trainNarrow({ ...options, test: again });
  assert.ok(
    messages.some((text) => /^16 images of --test, such as .*class-0.*, are also in the dataset/.test(text)),
    messages.join('\n'),
  );
});

test('a test without a readable image leaves the run complete, with a message', async (t) => {
  const { data, held, out } = await folders(t);
  for (const name of ['class-0', 'class-1']) {
    for (let i = 0; i < 7; i++) await writeFile(join(held, name, `000${i}.png`), '');
  }
  const { events, messages } = await trainNarrow({ data, out, test: held, device: 'wasm', epochs: 1 });
  assert.equal(only(events, 'done').test, undefined);
  assert.equal((await readRun(out)).state, 'complete');
  assert.ok(
    messages.some((text) => text.startsWith('The run is complete, but --test was not evaluated: none')),
  );
});

test('a run that is extended is tested again, with its last parameters intact', async (t) => {
  const { folder, data, held } = await folders(t);
  const options = { data, test: held, device: 'wasm', lr: 0.02 } as const;
  const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
  await trainNarrow({ ...options, out: whole, epochs: 4 });
  await trainNarrow({ ...options, out: parts, epochs: 2, keepCheckpoint: true });
  await trainNarrow({ resume: parts, epochs: 4 });
  for (const name of ['model.safetensors', 'last.safetensors']) {
    const bytesOf = async (run: string) =>
      (await readFile(join(run, name))).toString('base64').slice(-20_000);
    assert.equal(await bytesOf(parts), await bytesOf(whole), name);
  }
});
