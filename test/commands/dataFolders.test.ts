// Folders as people have them: train and check agree on what is used and what is refused.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { check } from '../../dist/commands/check.js';
import { drawFolder } from '../data/colouredFolder.js';
import { temporaryFolder } from '../support.js';
import { only, trainNarrow } from './narrow.js';

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
