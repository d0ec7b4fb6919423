// --collect: corrected photos become a dataset.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { check } from '../../dist/commands/check.js';
import { serve } from '../../dist/commands/models/serve.js';
import { UserError } from '../../dist/core/errors.js';
import { temporaryFolder } from '../support.js';
import { ask, startServing, writeServedModel } from './serving.js';

async function listed(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

test('photos are stored by class under the hash of their bytes; the last correction counts', async (t) => {
  const collect = join(await temporaryFolder(t), 'new', 'corrections');
  const { url, paths } = await startServing(t, { collect });
  assert.equal((await ask(`${url}/model`)).body.collect, true);
  const put = async (bytes: Uint8Array, name: string, type = 'image/png') =>
    await ask(`${url}/collect?class=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: new Uint8Array(bytes),
    });
  const photo = await readFile(paths[0]!);
  const name = `${createHash('sha256').update(photo).digest('hex')}.png`;
  const first = await put(photo, 'Cat', 'image/jpeg'); // the content decides
  assert.deepEqual([first.status, first.body], [200, { schema: 1, file: `Cat/${name}` }]);
  assert.deepEqual(await listed(collect), [join(collect, 'Cat', name)]);
  assert.deepEqual(await readFile(join(collect, 'Cat', name)), photo);
  assert.equal((await put(photo, 'Cat')).status, 200);
  assert.equal((await put(photo, 'Dog')).status, 200);
  assert.deepEqual(await listed(collect), [join(collect, 'Dog', name)]);

  for (const wrong of ['Bird', '', '..', '../Cat', 'Cat/x']) {
    assert.equal((await put(photo, wrong)).status, 422, wrong);
  }
  const damaged = await put(photo.subarray(0, 300), 'Cat');
  assert.deepEqual([damaged.status, damaged.body.error], [422, 'truncated']);
  const gif = await sharp(photo).gif().toBuffer();
  assert.equal((await put(gif, 'Cat', 'image/gif')).status, 422);
  assert.deepEqual(await listed(collect), [join(collect, 'Dog', name)]);

  for (const path of paths.slice(1))
    await put(await readFile(path), path.includes('class-0') ? 'Cat' : 'Dog');
  const { pictures, classes } = await check({ data: collect });
  assert.deepEqual([pictures, Object.keys(classes)], [6, ['Cat', 'Dog']]);
});

test('class names that are no folders are refused at the start', async (t) => {
  const folder = await temporaryFolder(t);
  const model = join(folder, 'model.safetensors');
  const given = { port: 0, device: 'wasm', noSetup: true, collect: join(folder, 'new') } as const;
  for (const name of ['..', 'a/b', 'a\\b', '.hidden', '', 'x'.repeat(256)]) {
    await writeServedModel(model, ['Cat', name]);
    await assert.rejects(
      serve(model, given),
      (error: unknown) =>
        error instanceof UserError && error.exitCode === 3 && /name of a folder/.test(error.message),
      name,
    );
  }
});
