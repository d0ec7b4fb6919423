// alexft check --labels: photos in a wrong folder are found, listed and shown; nothing is moved.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { check } from '../../dist/commands/check.js';
import { shared, temporaryFolder, withoutShared } from '../support.js';
import { keepSharedFeatures } from '../weights/sharedFeatures.js';

/** Links to photos of both classes; four of each are in the other one's folder. */
async function swappedFolder(folder: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const [own, other] of [
    ['Cat', 'Dog'],
    ['Dog', 'Cat'],
  ] as const) {
    const photos = (await readdir(join(shared, 'data', 'PetImages', own))).sort().slice(0, 64);
    for (const [index, photo] of photos.entries()) {
      const target = index < 4 ? other : own;
      await mkdir(join(folder, target), { recursive: true });
      await symlink(join(shared, 'data', 'PetImages', own, photo), join(folder, target, `${own}-${photo}`));
      if (index < 4) wrong.push(`${target}/${own}-${photo}`);
    }
  }
  return wrong;
}

test('photos in a wrong folder come first, in the list and on the page', {
  skip: withoutShared,
}, async (t) => {
  await keepSharedFeatures();
  const folder = await temporaryFolder(t);
  const data = join(folder, 'photos');
  const wrong = await swappedFolder(data);
  const [list, out] = [join(folder, 'list.txt'), join(folder, 'labels.html')];
  const { labels, ok } = await check({ data, labels: true, list, out, noSetup: true });
  assert.ok(ok && labels);
  assert.deepEqual([labels.images, labels.folds], [128, 10]);
  const files = labels.suspicious.map(({ file }) => file);
  const found = files.slice(0, 12).filter((file) => wrong.includes(file));
  assert.ok(found.length >= 6, `${found.length} of ${wrong.length} among ${files.join(', ')}`);
  assert.ok(labels.suspicious.every(({ label, predicted }) => label !== predicted));
  const margins = labels.suspicious.map(
    ({ probability, predictedProbability }) => probability - predictedProbability,
  );
  assert.deepEqual(
    margins,
    margins.toSorted((a, b) => a - b),
  );

  assert.equal(await readFile(list, 'utf8'), files.map((file) => `${join(data, file)}\n`).join(''));
  const page = await readFile(out, 'utf8');
  assert.equal(page.match(/<li class="card wrong">/g)?.length, files.length);
  assert.equal(page.match(/src="data:image\/webp/g)?.length, files.length);
  assert.equal((await readdir(join(data, 'Cat'))).length, 64);
});

test('a page needs --labels, a place outside the images, and --force to replace a file', async (t) => {
  const folder = await temporaryFolder(t);
  const out = join(folder, 'labels.html');
  await writeFile(out, 'mine');
  const usage = { name: 'UserError', exitCode: 2 };
  await assert.rejects(check({ data: folder, out }), usage);
  await assert.rejects(check({ data: folder, labels: true, out: join(folder, 'a.html') }), usage);
  await mkdir(join(folder, 'data'));
  await assert.rejects(check({ data: join(folder, 'data'), labels: true, out }), usage);
  assert.equal(await readFile(out, 'utf8'), 'mine');
});
