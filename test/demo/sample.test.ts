import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { drawSample } from '../../dist/demo/sample.js';

const root = await mkdtemp(join(tmpdir(), 'alexft-sample-'));
after(() => rm(root, { recursive: true, force: true }));

let folder = '';
let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(root, 'case-'));
  folder = join(parent, 'faces');
});

const list = async (place: string) => (await readdir(place)).sort();
const bytes = (kind: string, name: string) => readFile(join(folder, kind, name));

test('a sample has two classes of equal size and a label, and leaves nothing beside it', async () => {
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
  assert.deepEqual(label, { schema: 1, perClass: 3, seed: 1, version: 2 });
});

test('the same seed gives the same images, a larger sample starts with them, another seed gives others', async () => {
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

test('a complete sample is left unchanged, added files too; one that lacks an image is drawn again', async () => {
  await drawSample(folder, { perClass: 2, seed: 1 });
  await writeFile(join(folder, 'Cat', 'mine.jpg'), 'a photo');
  const before = await stat(join(folder, 'Cat', '0001.jpg'));
  let drawn = 0;
  const again = { perClass: 2, seed: 1, onProgress: () => void drawn++ };
  await drawSample(folder, again);
  assert.equal(drawn, 0);
  assert.equal((await stat(join(folder, 'Cat', '0001.jpg'))).ino, before.ino);

  await rm(join(folder, 'Dog', '0002.jpg'));
  await assert.rejects(drawSample(folder, again), /Expected .*faces to be new.* found Cat\/mine\.jpg in it/);
  assert.equal(await readFile(join(folder, 'Cat', 'mine.jpg'), 'utf8'), 'a photo');
  await rm(join(folder, 'Cat', 'mine.jpg'));
  await writeFile(join(folder, 'Cat', 'Thumbs.db'), '');
  await drawSample(folder, again);
  assert.equal(drawn, 4);
  assert.equal((await bytes('Dog', '0002.jpg'))[0], 0xff);
});

test('a folder with other images is refused and left unchanged, even if the names match', async () => {
  await mkdir(join(folder, 'Cat'), { recursive: true });
  await writeFile(join(folder, 'Cat', '0001.jpg'), 'a photo');
  await assert.rejects(drawSample(folder, { perClass: 1, seed: 1 }), { name: 'UserError', exitCode: 3 });
  assert.equal(await readFile(join(folder, 'Cat', '0001.jpg'), 'utf8'), 'a photo');
  assert.deepEqual(await list(parent), ['faces']);
});

test('an empty folder and one whose parents do not exist are accepted', async () => {
  await mkdir(folder);
  await drawSample(folder, { perClass: 1, seed: 1 });
  await drawSample(join(parent, 'a', 'b'), { perClass: 1, seed: 1 });
  assert.deepEqual(await bytes('Cat', '0001.jpg'), await readFile(join(parent, 'a', 'b', 'Cat', '0001.jpg')));
});

test('an aborted call leaves nothing behind and an earlier sample unchanged', async () => {
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

test('an error in onProgress ends the call and leaves nothing behind', async () => {
  const onProgress = () => {
    throw new Error('no terminal');
  };
  await assert.rejects(drawSample(folder, { perClass: 3, seed: 1, onProgress }), /no terminal/);
  assert.deepEqual(await list(parent), []);
});

test('the work folder of a killed process is taken over and removed', async () => {
  const work = join(parent, 'faces.working');
  await mkdir(join(work, 'sample', 'Cat'), { recursive: true });
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(join(work, 'owner'), `${pid}@${hostname()} 01234567`);
  await drawSample(folder, { perClass: 1, seed: 1 });
  assert.deepEqual(await list(parent), ['faces']);
  assert.deepEqual(await list(folder), ['Cat', 'Dog', 'sample.json']);
});

test('a count out of range and a folder that is not writable are UserErrors', async () => {
  for (const perClass of [0, -1, 1.5, Number.NaN, 10_000]) {
    await assert.rejects(drawSample(folder, { perClass, seed: 1 }), { name: 'UserError', exitCode: 2 });
  }
  await writeFile(join(parent, 'file'), '');
  for (const place of [join(parent, 'file'), join(parent, 'file', 'faces')]) {
    await assert.rejects(
      drawSample(place, { perClass: 1, seed: 1 }),
      /^UserError: Cannot write the sample to .*ENOTDIR/,
    );
  }
});
