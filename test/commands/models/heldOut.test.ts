// evaluate --max-error and --out, predict --min-probability: they agree with each other.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { evaluationLines } from '../../../dist/cli/commands/evaluateCommand.js';
import { predictionLine } from '../../../dist/cli/commands/predictCommand.js';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import { predict } from '../../../dist/commands/models/predict.js';
import type { ImageResult } from '../../../dist/inference/predictResult.js';
import { evaluateOptions } from '../../../dist/options/modelOptions.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { writeConstantModel, writeRandomModel } from '../models.js';

async function setUp(t: Parameters<typeof temporaryFolder>[0]) {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const { paths } = await drawFolder(data, [6, 6]);
  const model = join(folder, 'model.safetensors');
  const options = { model, device: 'wasm', noSetup: true } as const;
  return { folder, data, paths, model, options };
}

async function answersOf(data: string, options: Parameters<typeof predict>[1]): Promise<ImageResult[]> {
  const results: ImageResult[] = [];
  for await (const result of predict([data], options)) results.push(result);
  return results;
}

test('predict is unsure below the threshold that evaluate finds, and answers the others', async (t) => {
  const { data, model, options } = await setUp(t);
  await writeRandomModel(model, ['class-0', 'class-1']);
  const { threshold, accuracy } = await evaluate({ ...options, data, maxError: 1 - 1e-9 });
  assert.deepEqual([threshold?.answered, threshold?.wrong], [12, Math.round(12 * (1 - accuracy))]);

  const all = await answersOf(data, options);
  assert.ok(all.every((answer) => !('unsure' in answer)));
  const probabilities = all.map((answer) => ('label' in answer ? answer.probability : 0)).sort();
  const middle = probabilities[6]!;
  const answers = await answersOf(data, { ...options, minProbability: middle });
  for (const answer of answers) {
    assert.ok('label' in answer);
    assert.equal(answer.unsure, answer.probability < middle ? true : undefined);
  }
  assert.equal(answers.filter((answer) => 'unsure' in answer).length, 6);
});

test('unsure keeps the classes in the line, and evaluate says when no threshold does', async (t) => {
  const probabilities = { Cat: 0.55, Dog: 0.45 };
  const answer = { file: 'a.jpg', label: 'Cat', probability: 0.55, probabilities, unsure: true } as const;
  assert.equal(predictionLine(answer, 2), 'a.jpg: unsure (Cat 55.0%, Dog 45.0%)');

  const { data, model, options } = await setUp(t);
  await writeConstantModel(model, ['class-0', 'class-1'], [2, 0]); // half are wrong, with one probability
  const evaluation = await evaluate({ ...options, data, maxError: 0.01 });
  assert.deepEqual(evaluation.threshold, { maxError: 0.01 });
  assert.equal(
    evaluationLines(evaluation, 100).at(-1),
    'No threshold keeps the error at 1.0% or below on these images.',
  );
  const half = await evaluate({ ...options, data, maxError: 0.5 });
  assert.deepEqual(evaluationLines(half, 100).slice(-2), [
    'With --min-probability 0.880797, 12 of 12 images are answered (100.0%), 6 of them wrongly.',
    'Error: 50.0%, 95% confidence interval 21.1% to 78.9% (Clopper-Pearson)',
  ]);
});

test('--max-error is a share or a percentage', () => {
  const { maxError } = evaluateOptions;
  assert.equal(maxError.parse('1%'), 0.01);
  assert.equal(maxError.parse('0.5%'), 0.005);
  assert.equal(maxError.parse('0.02'), 0.02);
  assert.equal(maxError.parse('0'), 0);
  for (const wrong of ['1', '100%', '-1%', '', '%', 'x', '1e-2']) {
    assert.throws(() => maxError.parse(wrong), { name: 'UserError', exitCode: 2 });
  }
});

test('the page has the metrics, the mistakes and what could not be read; a file stays without --force', async (t) => {
  const { folder, data, paths, model, options } = await setUp(t);
  await writeConstantModel(model, ['class-0', 'class-1'], [2, 0]);
  await writeFile(paths[0]!, '');
  const out = join(folder, 'page.html');
  const evaluation = await evaluate({ ...options, data, out });
  const page = await readFile(out, 'utf8');
  assert.match(page, /<strong>45\.5%<\/strong> <span>6 of 11 images wrong/);
  assert.equal(page.match(/<li class="card wrong">/g)?.length, 6);
  assert.equal(page.match(/alt="Heat map for class-0"/g)?.length, 11);
  assert.match(page, /class-0\/0000\.png<\/bdi>.*empty file/);
  assert.doesNotMatch(page, /<script/);
  const usage = { name: 'UserError', exitCode: 2 };
  await assert.rejects(evaluate({ ...options, data, out }), usage);
  await assert.rejects(evaluate({ data, predictions: 'a.jsonl', out: join(folder, 'b.html') }), usage);
  assert.deepEqual(await evaluate({ ...options, data, out, force: true }), evaluation);
});
