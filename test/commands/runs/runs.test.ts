// alexft runs: the list, and two runs compared.

import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import { compareRuns } from '../../../dist/commands/runs/compareRuns.js';
import { listRuns } from '../../../dist/commands/runs/listRuns.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { trainNarrow } from '../narrow.js';

const edit = async (path: string, change: (text: string) => string) =>
  writeFile(path, change(await readFile(path, 'utf8')));

test('the list has complete, failed, running, killed and broken runs, in the order of --sort', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const at = (name: string) => join(folder, 'models', name);
  await drawFolder(data, [6, 6]);
  await trainNarrow({ data, out: at('b'), epochs: 1, seed: 3 });
  let listing: ReturnType<typeof listRuns> | undefined;
  await trainNarrow(
    { data, out: at('a'), epochs: 2, optimizer: 'sgd' },
    {
      onEvent: ({ event }) => {
        if (event === 'epoch') listing ??= listRuns(at(''));
      },
    },
  );
  const running = (await listing!).find(({ run }) => run === at('a'))!;
  assert.deepEqual([running.state, running.ofEpochs, running.seconds], ['running', 2, undefined]);

  for (const name of ['killed', 'failed']) await cp(at('b'), at(name), { recursive: true });
  await edit(join(at('killed'), 'run.json'), (text) => text.replace('"complete"', '"running"'));
  await edit(join(at('failed'), 'run.json'), (text) =>
    text.replace('"complete",', '"failed", "error": "why",'),
  );
  await mkdir(at('broken'));
  await writeFile(join(at('broken'), 'run.json'), '{');
  await cp(at('b'), at('newer'), { recursive: true });
  await edit(join(at('newer'), 'run.json'), (text) => text.replace('"seed": 3,', '"seed": 3, "colour": 1,'));
  await mkdir(at('empty'));
  await writeFile(at('file'), '');
  const runs = await listRuns(at(''), { sort: 'name' });
  assert.deepEqual(
    runs.map(({ run, state }) => [run, state]),
    [
      [at('a'), 'complete'],
      [at('b'), 'complete'],
      [at('broken'), 'unknown'],
      [at('failed'), 'failed'],
      [at('killed'), 'killed'],
      [at('newer'), 'unknown'],
    ],
  );
  const [a, b, broken, failed, killed, newer] = runs;
  assert.deepEqual([a!.epochs, a!.ofEpochs, a!.options!.optimizer], [2, 2, 'sgd']);
  assert.deepEqual([b!.options!.seed, b!.options!.optimizer], [3, undefined]);
  assert.match(broken!.problem!, /no readable run.json/);
  assert.match(newer!.problem!, /Unknown option 'colour'/);
  assert.deepEqual([failed!.problem, killed!.seconds], ['why', undefined]);

  const order = async (sort: 'started' | 'accuracy' | 'loss' | 'seconds') => await listRuns(at(''), { sort });
  assert.equal((await order('started'))[0]!.run, at('a'));
  for (const [sort, value] of [
    ['accuracy', 'valAccuracy'],
    ['loss', 'valLoss'],
    ['seconds', 'seconds'],
  ] as const) {
    const sorted = await order(sort);
    const values = sorted.map((run) => run[value]).filter((each) => each !== undefined);
    const expected = [...values].sort((x, y) => (sort === 'accuracy' ? y - x : x - y));
    assert.deepEqual(values, expected);
    assert.ok(
      sorted.slice(values.length).every((run) => run[value] === undefined),
      sort,
    );
  }
  assert.deepEqual(
    (await listRuns(at('b'))).map(({ run }) => run),
    [at('b')],
  );
  await assert.rejects(listRuns(join(folder, 'none')), { exitCode: 3 });
});

test('diff: options, split, accuracy as evaluate gives it, and a page with the changed images', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, val, out] = ['images', 'others', 'changed.html'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const [first, second] = [join(folder, 'a'), join(folder, 'b')];
  const { paths } = await drawFolder(data, [13, 12]);
  for (const path of paths.filter((each) => Number(each.slice(-6, -4)) >= 8)) {
    await mkdir(dirname(path.replace(data, val)), { recursive: true });
    await rename(path, path.replace(data, val));
  }
  await trainNarrow({ data, val, out: first, epochs: 3, lr: 5e-3 });
  await trainNarrow({ data, val, out: second, epochs: 1, lr: 1e-6 });
  const tensors = tf.memory().numTensors;
  const { runs, options, split, answers, notes } = await compareRuns(first, second, { out, noSetup: true });
  assert.equal(tf.memory().numTensors, tensors);
  assert.deepEqual(notes, []);
  assert.deepEqual(split, { same: true, onlyIn: [0, 0], moved: 0, validation: 9 });
  assert.deepEqual(
    options.filter(({ option }) => ['--lr', '--epochs', '--out'].includes(option)),
    [
      { option: '--epochs', values: ['3', '1'] },
      { option: '--lr', values: ['0.005', '0.000001'] },
    ],
  );
  for (const [index, model] of [first, second].entries()) {
    const { accuracy, loss } = await evaluate({ data: val, model, noSetup: true });
    assert.equal(answers!.accuracy[index], accuracy);
    assert.ok(Math.abs(answers!.loss[index]! - loss) < 1e-6);
    assert.equal(runs[index]!.run, model);
  }
  assert.ok(answers!.changed.length > 0);
  const page = await readFile(out, 'utf8');
  assert.equal([...page.matchAll(/data:image\/webp/g)].length, answers!.changed.length);
  await assert.rejects(compareRuns(first, second, { out, noSetup: true }), {
    exitCode: 2,
    message: /already exists/,
  });

  await rename(val, join(folder, 'moved'));
  const without = await compareRuns(first, second, { noSetup: true });
  assert.match(without.notes[0]!, /None of the 9 images could be read/);
  const moved = await compareRuns(first, second, { val: join(folder, 'moved'), noSetup: true });
  assert.deepEqual(moved.answers, answers);
  await rm(join(second, 'model.safetensors'));
  const modelless = await compareRuns(first, second, { val: join(folder, 'moved'), noSetup: true });
  assert.match(modelless.notes[0]!, /The answers were not compared: /);
});
