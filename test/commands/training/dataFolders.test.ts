// Folders as people have them: train and check agree on what is used and what is refused.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { check } from '../../../dist/commands/check.js';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import { predict } from '../../../dist/commands/models/predict.js';
import { ignoreNothing } from '../../../dist/data/dataset/ignore.js';
import { scanImageFolder } from '../../../dist/data/dataset/scan.js';
import type { ImageResult } from '../../../dist/inference/predictResult.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { writeConstantModel } from '../models.js';
import { only, trainNarrow } from '../narrow.js';

const small = { device: 'wasm', epochs: 1 } as const;

test('a run inside --data or --val is warned about, and does not become a class', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, val] = [join(folder, 'data'), join(folder, 'val')];
  await drawFolder(data, [2, 2]);
  await drawFolder(val, [2, 2]);
  await symlink(data, join(folder, 'link'));
  const messagesOf = async (options: object) => {
    const { messages } = await trainNarrow({ ...small, dryRun: true, data, ...options });
    return messages.filter((message) => message.startsWith('The run '));
  };
  const outside = [join(folder, 'data-2', 'run'), join(folder, 'run'), `${data}2`];
  for (const out of outside) assert.deepEqual(await messagesOf({ out }), []);
  for (const out of [data, join(data, 'models', 'run'), join(folder, 'link', 'run')]) {
    assert.match((await messagesOf({ out })).join('\n'), /^The run '.*' is written inside --data\./);
  }
  assert.match(
    (await messagesOf({ val, out: join(val, 'run') })).join('\n'),
    /inside --val\..* --out .*\/run$/,
  );

  const before = process.cwd();
  t.after(() => process.chdir(before));
  process.chdir(data);
  const first = await trainNarrow({ ...small, data: '.' });
  assert.match(first.messages.join('\n'), /To write it elsewhere: --out \.\.\/models\/[-\d]+$/m);
  assert.ok(existsSync(join(data, 'models')));
  const second = await trainNarrow({ ...small, data: '.' });
  assert.deepEqual(only(second.events, 'start').classes, ['class-0', 'class-1']);
  const { ok, classes } = await check({ data: '.' });
  assert.deepEqual([ok, Object.keys(classes)], [true, ['class-0', 'class-1']]);
});

test('a class without one readable image ends the training, whatever --max-bad; its --out is free', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, out] = [join(folder, 'data'), join(folder, 'run')];
  await drawFolder(data, [4, 4]);
  await mkdir(join(data, 'class-2'));
  for (let i = 0; i < 4; i++) await writeFile(join(data, 'class-2', `${i}.jpg`), 'not an image');
  const options = { ...small, data, out, maxBad: 1, batchSize: 64 } as const; // fails before the first step
  await assert.rejects(trainNarrow(options), {
    exitCode: 3,
    message: "None of the training images of the class 'class-2' can be read.",
  });
  const checked = await check({ data, maxBad: 1 });
  assert.deepEqual(
    [checked.ok, checked.reasons],
    [false, ['None of the training images of class-2 can be read.']],
  );
  await rm(join(data, 'class-2'), { recursive: true });
  assert.equal(only((await trainNarrow(options)).events, 'done').model, out);
  await assert.rejects(trainNarrow(options), /already has a run/);
});

test('parts of a split are not classes: the error names --data and --val', async (t) => {
  const folder = await temporaryFolder(t);
  const refused = async (parts: readonly string[], message: RegExp, hint: RegExp) => {
    const data = await mkdtemp(join(folder, 'data-'));
    for (const part of parts)
      await drawFolder(join(data, part), part.toLowerCase() === 'test' ? [2] : [3, 3]);
    if (existsSync(join(data, 'test')))
      await cp(join(data, 'test', 'class-0'), join(data, 'test'), { recursive: true });
    await rm(join(data, 'test', 'class-0'), { recursive: true, force: true });
    await assert.rejects(trainNarrow({ ...small, dryRun: true, data }), { exitCode: 3, message, hint });
    const { ok, reasons } = await check({ data });
    assert.equal(ok, false);
    assert.match(reasons.join(), message);
    return data;
  };
  const message = /are the parts of a split, not classes: /;
  const data = await refused(['train', 'val', 'test'], message, /--data \S+\/train --val \S+\/val;/);
  await refused(['Training', 'VALIDATION'], message, /--data \S+\/Training --val \S+\/VALIDATION;/);
  await refused(['train', 'test'], message, /--data \S+\/train;/);
  // torchvision's ImageFolder takes them for classes.
  const reference = await trainNarrow({ ...small, dryRun: true, data, reference: 'torch' });
  assert.deepEqual(only(reference.events, 'plan').classes, ['test', 'train', 'val']);
  // Classes with such names are classes.
  const trains = join(folder, 'trains');
  for (const name of ['train', 'test'])
    await cp(join(data, 'train', 'class-0'), join(trains, name), { recursive: true });
  assert.deepEqual(
    only((await trainNarrow({ ...small, dryRun: true, data: trains })).events, 'plan').classes,
    [...['test', 'train']],
  );
});

test('an archive one folder too deep: the error names the folder that was probably meant', async (t) => {
  const folder = await temporaryFolder(t);
  const pets = join(folder, 'archive', 'Pet Images');
  await drawFolder(pets, [2, 2]);
  const hint = `The class folders seem to be one level further down. Did you mean --data '${pets}'?`;
  await assert.rejects(trainNarrow({ ...small, data: join(folder, 'archive') }), { exitCode: 3, hint });
  await assert.rejects(trainNarrow({ ...small, data: folder }), { hint });
  assert.ok((await check({ data: folder })).reasons.join().includes(hint));
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['class-0', 'class-1'], [0, 0]);
  await assert.rejects(evaluate({ data: join(folder, 'archive'), model, device: 'wasm' }), {
    hint: `The known ones are 'class-0', 'class-1'. Did you mean --data '${pets}'?`,
  });
});

test('class names are compared after Unicode normalization; a hint where only the case differs', async (t) => {
  const folder = await temporaryFolder(t);
  const [nfc, nfd] = ['Caf\u00e9', 'Cafe\u0301'];
  const data = join(folder, 'data');
  await drawFolder(data, [4, 4]);
  const named = async (root: string, names: readonly string[]) => {
    for (const [label, name] of names.entries()) {
      await cp(join(data, `class-${label % 2}`), join(root, name), { recursive: true });
    }
    return root;
  };
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, [nfc, 'Tea'], [0, 0]);
  const options = { model, device: 'wasm' } as const;
  const evaluated = await evaluate({ ...options, data: await named(join(folder, 'a'), [nfd, 'Tea']) });
  assert.deepEqual([evaluated.images, Object.keys(evaluated.perClass)], [8, [nfc, 'Tea']]);
  await assert.rejects(evaluate({ ...options, data: await named(join(folder, 'b'), [nfd, 'tea']) }), {
    hint: /Only the case differs: rename 'tea' to 'Tea'\.$/,
  });

  const both = await named(join(folder, 'c'), [nfd, 'Tea', nfc, 'tea']);
  const { classes, samples, warnings } = await scanImageFolder(both);
  assert.deepEqual(classes, [nfd, 'Tea', 'tea']);
  assert.deepEqual(
    samples.map(({ label }) => label),
    [...new Array(8).fill(0), ...new Array(4).fill(1), ...new Array(4).fill(2)],
  );
  assert.ok(samples.slice(4, 8).every(({ path }) => path.startsWith(`${nfc}/`)));
  assert.deepEqual(warnings, [
    `Folders whose names differ only in Unicode normalization are one class: ${nfd}, ${nfc}.`,
    'Classes whose names differ only in case or Unicode normalization: Tea, tea.',
  ]);
  assert.deepEqual(
    (await scanImageFolder(both, { ignore: ignoreNothing })).classes,
    [nfd, nfc, 'Tea', 'tea'].sort(),
  );
});

test('predict names the files of a folder whose names are not UTF-8', {
  skip: process.platform === 'linux' ? false : 'needs names that are not UTF-8',
}, async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [1, 1]);
  await writeFile(Buffer.from(`${folder}/images/caf\xe9.jpg`, 'latin1'), 'x');
  await symlink('nowhere', join(folder, 'images', 'broken.png'));
  await symlink('..', join(folder, 'images', 'loop'));
  await mkdir(join(folder, 'images', '__MACOSX'));
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['a', 'b'], [0, 1]);
  const messages: string[] = [];
  const context = { onMessage: (text: string) => messages.push(text), onProgress: () => {} };
  const results: ImageResult[] = [];
  for await (const result of predict([join(folder, 'images')], { model, device: 'wasm' }, context))
    results.push(result);
  assert.deepEqual(
    results.map((result) => [result.file, 'error' in result ? result.error : result.label]),
    [
      [join(folder, 'images', 'broken.png'), 'a broken link (ENOENT)'],
      [join(folder, 'images', 'caf\ufffd.jpg'), 'its name is not valid UTF-8'],
      ...paths.map((path) => [path, 'b']),
    ],
  );
  assert.match(messages.join('\n'), /^Left out \(1\): .*__MACOSX: a system folder\.$/m);
});

test('a copy of the classes inside the dataset: check exits 3, and train warns', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [10, 10]);
  for (const name of ['class-0', 'class-1']) {
    await cp(join(folder, name), join(folder, 'cleaned', name), { recursive: true });
  }
  const contradiction =
    "Most images are under two classes: 40 of 40, most of them in 'cleaned'. A model can't tell these classes apart. " +
    'If that folder is a copy of the others: --ignore cleaned';
  const unvalidated = /^Nothing is left to validate on, although --val-split is 0\.1: /;
  const checked = await check({ data: folder });
  assert.deepEqual([checked.ok, checked.reasons.at(-1)], [false, contradiction]);
  assert.match(checked.warnings.join(), unvalidated);
  const { messages } = await trainNarrow({ ...small, dryRun: true, data: folder });
  assert.equal(messages[0], contradiction);
  assert.match(messages[1]!, unvalidated);

  const ignored = await check({ data: folder, ignore: 'cleaned' });
  assert.deepEqual([ignored.ok, ignored.reasons, ignored.warnings], [true, [], []]);
  assert.doesNotMatch(
    (await trainNarrow({ ...small, dryRun: true, data: folder, ignore: 'cleaned' })).messages.join('\n'),
    /two classes|validate/,
  );
});
