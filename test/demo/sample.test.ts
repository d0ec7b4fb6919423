import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { drawSample } from '../../dist/demo/sample.js';

const root = await mkdtemp(join(tmpdir(), 'alexft-drawn-'));
after(() => rm(root, { recursive: true, force: true }));

let folder = '';
let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(root, 'case-'));
  folder = join(parent, 'faces');
});

const list = async (place: string) => (await readdir(place)).sort();
const bytes = (kind: string, name: string) => readFile(join(folder, kind, name));
const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

test('a sample is two balanced classes and a label, and nothing is left beside it', async () => {
  const progress: string[] = [];
  await drawSample(folder, {
    perClass: 3,
    seed: 1,
    onProgress: (done, total) => progress.push(`${done}/${total}`),
  });
  assert.deepEqual(await list(folder), ['Cat', 'Dog', 'sample.json']);
  for (const kind of ['Cat', 'Dog']) {
    assert.deepEqual(await list(join(folder, kind)), ['0001.jpg', '0002.jpg', '0003.jpg']);
  }
  assert.deepEqual(await list(parent), ['faces']);
  assert.deepEqual(progress, ['1/6', '2/6', '3/6', '4/6', '5/6', '6/6']);
  const label = JSON.parse(await readFile(join(folder, 'sample.json'), 'utf8'));
  assert.deepEqual(label, { schema: 1, perClass: 3, seed: 1, version: 1 });
});

test('the same seed draws the same images, a larger sample begins with them, another seed draws others', async () => {
  await drawSample(folder, { perClass: 2, seed: 1 });
  const first = [await bytes('Cat', '0002.jpg'), await bytes('Dog', '0001.jpg')];
  assert.notDeepEqual(await bytes('Cat', '0001.jpg'), first[0]);
  await drawSample(folder, { perClass: 3, seed: 1 });
  assert.deepEqual([await bytes('Cat', '0002.jpg'), await bytes('Dog', '0001.jpg')], first);
  assert.equal((await list(join(folder, 'Dog'))).length, 3);
  await drawSample(folder, { perClass: 1, seed: 2 });
  assert.notDeepEqual(await bytes('Dog', '0001.jpg'), first[1]);
  assert.deepEqual(await list(join(folder, 'Dog')), ['0001.jpg']);
});

test('a complete sample is kept, with what was added to it; one that lacks an image is drawn again', async () => {
  await drawSample(folder, { perClass: 2, seed: 1 });
  await writeFile(join(folder, 'Cat', 'mine.jpg'), 'a photo');
  const before = await stat(join(folder, 'Cat', '0001.jpg'));
  let drawn = 0;
  const again = { perClass: 2, seed: 1, onProgress: () => void drawn++ };
  await drawSample(folder, again);
  assert.equal(drawn, 0);
  assert.equal((await stat(join(folder, 'Cat', '0001.jpg'))).ino, before.ino);

  await rm(join(folder, 'Dog', '0002.jpg'));
  await assert.rejects(drawSample(folder, again), /Expected .*faces to be new.* holds Cat\/mine\.jpg/);
  assert.equal(await readFile(join(folder, 'Cat', 'mine.jpg'), 'utf8'), 'a photo');
  await rm(join(folder, 'Cat', 'mine.jpg'));
  await writeFile(join(folder, 'Cat', 'Thumbs.db'), '');
  await drawSample(folder, again);
  assert.equal(drawn, 4);
  assert.equal((await bytes('Dog', '0002.jpg'))[0], 0xff);
});

test("a folder of someone else's images is refused and not touched, even where the names agree", async () => {
  await mkdir(join(folder, 'Cat'), { recursive: true });
  await writeFile(join(folder, 'Cat', '0001.jpg'), 'a photo');
  await assert.rejects(drawSample(folder, { perClass: 1, seed: 1 }), { name: 'UserError', exitCode: 3 });
  assert.equal(await readFile(join(folder, 'Cat', '0001.jpg'), 'utf8'), 'a photo');
  assert.deepEqual(await list(parent), ['faces']);
});

test('an empty folder and one whose parents do not exist are both fine', async () => {
  await mkdir(folder);
  await drawSample(folder, { perClass: 1, seed: 1 });
  await drawSample(join(parent, 'a', 'b'), { perClass: 1, seed: 1 });
  assert.deepEqual(await bytes('Cat', '0001.jpg'), await readFile(join(parent, 'a', 'b', 'Cat', '0001.jpg')));
});

test('an aborted drawing leaves nothing, and the sample before it as it was', async () => {
  const abortAt = (count: number) => {
    const controller = new AbortController();
    const onProgress = (done: number) => {
      if (done === count) controller.abort();
    };
    return { onProgress, signal: controller.signal };
  };
  await assert.rejects(drawSample(folder, { perClass: 20, seed: 1, ...abortAt(2) }), { name: 'AbortError' });
  assert.deepEqual(await list(parent), []);
  await drawSample(folder, { perClass: 1, seed: 1 });
  await assert.rejects(drawSample(folder, { perClass: 2, seed: 1, ...abortAt(4) }), { name: 'AbortError' });
  assert.deepEqual(await list(parent), ['faces']);
  assert.match(await readFile(join(folder, 'sample.json'), 'utf8'), /"perClass":1,/);
});

test('what onProgress throws ends the drawing and leaves nothing', async () => {
  const onProgress = () => {
    throw new Error('the screen is gone');
  };
  await assert.rejects(drawSample(folder, { perClass: 3, seed: 1, onProgress }), /the screen is gone/);
  assert.deepEqual(await list(parent), []);
});

test('drafts of killed runs are removed when they are old, not while another run may be drawing', async () => {
  const [old, fresh] = [join(parent, '.faces.drawing-old'), join(parent, '.faces.drawing-fresh')];
  await mkdir(join(old, 'Cat'), { recursive: true });
  await mkdir(fresh);
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(old, yesterday, yesterday);
  await drawSample(folder, { perClass: 1, seed: 1 });
  assert.deepEqual([await exists(old), await exists(fresh)], [false, true]);
});

test('a count out of range and a place that cannot be written are told in words', async () => {
  for (const perClass of [0, -1, 1.5, Number.NaN, 10_000]) {
    await assert.rejects(drawSample(folder, { perClass, seed: 1 }), { name: 'UserError', exitCode: 2 });
  }
  await writeFile(join(parent, 'file'), '');
  for (const place of [join(parent, 'file'), join(parent, 'file', 'faces')]) {
    await assert.rejects(
      drawSample(place, { perClass: 1, seed: 1 }),
      /^UserError: The sample can't be written to .*ENOTDIR/,
    );
  }
});
