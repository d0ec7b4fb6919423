// predict and check --shard on several machines, and evaluate --predictions of what was printed.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Check, check } from '../../../dist/commands/check.js';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import { predict } from '../../../dist/commands/models/predict.js';
import { UserError } from '../../../dist/core/errors.js';
import type { ImageResult } from '../../../dist/inference/predictResult.js';
import type { PredictOptions } from '../../../dist/options/modelOptions.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { trainNarrow } from '../narrow.js';

async function all(images: string[], options: Partial<PredictOptions>, messages: string[] = []) {
  const results: ImageResult[] = [];
  const context = { onMessage: (message: string) => messages.push(message), onProgress: () => {} };
  for await (const result of predict(images, { noSetup: true, device: 'wasm', ...options }, context)) {
    results.push(result);
  }
  return results;
}

const jsonLines = (results: readonly ImageResult[]) =>
  results.map((result, index) => JSON.stringify(index === 0 ? { schema: 1, ...result } : result)).join('\n');

const refuses = (promise: Promise<unknown>, message: RegExp) =>
  assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, message);
    return error.exitCode === 3;
  });

test('the shards give what one machine gives, and their metrics are those of evaluate', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [6, 5]);
  await writeFile(join(data, 'class-1', 'damaged.png'), 'no image');
  const model = join(folder, 'run');
  await trainNarrow({ data, out: model, device: 'wasm', epochs: 4, maxBad: 1 });
  const whole = await all([data], { model });
  assert.equal(whole.length, 12);

  const files: string[] = [];
  const results: ImageResult[] = [];
  for (const shard of ['1/3', '2/3', '3/3']) {
    const part = await all([data], { model, shard });
    assert.equal(part.length, 4);
    results.push(...part);
    files.push(join(folder, `part-${shard[0]}.jsonl`));
    // As on another machine.
    await writeFile(files.at(-1)!, jsonLines(part).replaceAll(data, '/scratch/copy'));
  }
  assert.deepEqual(results, whole);

  const expected = await evaluate({ data, model, noSetup: true, device: 'wasm' });
  assert.equal(expected.skipped, 1);
  for (const predictions of [files.join(','), join(folder, 'part-*.jsonl')]) {
    const found = await evaluate({ data, predictions });
    assert.ok(Math.abs(found.loss - expected.loss) < 1e-6);
    assert.deepEqual({ ...found, loss: 0 }, { ...expected, loss: 0 });
  }

  await refuses(
    evaluate({ data, predictions: files.slice(1).join(',') }),
    /4 of 12 images have no prediction/,
  );
  await refuses(evaluate({ data, predictions: [...files, files[0]].join(',') }), /two predictions for/);
  await mkdir(join(folder, 'other', 'class-0'), { recursive: true });
  await writeFile(join(folder, 'other', 'class-0', '0000.png'), 'x');
  await refuses(
    evaluate({ data: join(folder, 'other'), predictions: files[0]! }),
    /is not an image of the dataset/,
  );
  const wrong = join(folder, 'wrong.jsonl');
  await writeFile(wrong, '{"file":"class-0/0000.png","probabilities":{"a":"1"}}');
  await refuses(evaluate({ data, predictions: wrong }), /line 1 is not a line of alexft predict --json/);
  await writeFile(
    wrong,
    '{"file":"class-0/0000.png","probabilities":{"a":1}}\n{"file":"class-0/0001.png","probabilities":{"b":1}}',
  );
  await refuses(evaluate({ data, predictions: wrong }), /line 2: it has other classes/);
  await refuses(evaluate({ data, predictions: join(folder, 'gone.jsonl') }), /gone\.jsonl' can't be read/);
});

test('a shard without an image is empty, not an error', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(folder, [1, 1]);
  const messages: string[] = [];
  assert.deepEqual(await all(paths, { shard: '1/5' }, messages), []);
  assert.match(messages.join(), /Shard 1 of 5 has none of the 2 images/);
});

test('the shards of check add up to the whole, and say what they can not find', async (t) => {
  const data = await temporaryFolder(t);
  await drawFolder(data, [6, 5]);
  await writeFile(join(data, 'class-1', 'damaged.png'), 'no image');
  await writeFile(join(data, 'class-1', 'notes.txt'), 'no image');
  const bytes = await readFile(join(data, 'class-0', '0000.png'));
  await writeFile(join(data, 'class-0', '0000 again.png'), bytes); // in the first part, too
  await writeFile(join(data, 'class-1', 'far.png'), bytes); // in the last one
  const whole = await check({ data, maxBad: 1 });
  const parts = await Promise.all(['1/3', '2/3', '3/3'].map((shard) => check({ data, shard, maxBad: 1 })));
  const sum = (of: (part: Check) => number) => parts.reduce((total, part) => total + of(part), 0);
  assert.equal(
    sum(({ files }) => files),
    whole.files,
  );
  assert.equal(
    sum(({ pictures }) => pictures),
    whole.pictures,
  );
  assert.equal(
    sum(({ classes }) => classes['class-1']!.unreadable),
    1,
  );
  const sorted = (problems: Check['problems']) => problems.map((each) => JSON.stringify(each)).sort();
  assert.deepEqual(sorted(parts.flatMap(({ problems }) => problems)), sorted(whole.problems));
  assert.deepEqual(whole.duplicates, [['class-0/0000 again.png', 'class-0/0000.png', 'class-1/far.png']]);
  assert.deepEqual(
    parts.map(({ duplicates }) => duplicates),
    [[['class-0/0000 again.png', 'class-0/0000.png']], [], []],
  );
  const [first] = parts;
  assert.deepEqual([first!.shard, first!.ok, first!.split], [{ part: 1, parts: 3 }, true, undefined]);
  assert.match(first!.warnings.join(), /part 1 of 3, with 4 of 14 images.*only without --shard/);
  const damaged = await check({ data, shard: '3/3' });
  assert.match(damaged.reasons.join(), /1 of the 5 images can't be read, more than --max-bad 0\.1/);
});
