import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import sharp from 'sharp';
import type { ImageFile } from '../../dist/data/imageFile.js';
import { type ImageBatch, ImageLoader } from '../../dist/data/imageLoader.js';
import { chunksOf, inOrder, type Sample } from '../../dist/data/sampler.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { temporaryFolder } from '../support.js';
import { drawFolder } from './colouredFolder.js';

const side = 228;
const rowLength = side * side * 3;

const chunked = (samples: readonly Sample[], size: number) => [...chunksOf(samples, size)];

function open(files: readonly ImageFile[], options: { ahead?: boolean; workers?: number } = {}) {
  const { ahead = false, workers = 2 } = options;
  const loader = new ImageLoader({ preprocessing: imageNetPreprocessing, border: 2, workers, ahead });
  return {
    batches: (chunks: readonly (readonly Sample[])[], others = files) => loader.batches(chunks, others),
    close: () => loader[Symbol.asyncDispose](),
  };
}

/** Batches with their memory copied, as it is valid only until the next one. */
async function collect(batches: AsyncGenerator<ImageBatch>) {
  const all: (Omit<ImageBatch, 'images'> & { images: Float32Array })[] = [];
  for await (const batch of batches) all.push({ ...batch, images: Float32Array.from(batch.images) });
  return all;
}

test('an image is normalized inside a border of zeros, mirrored where asked', async () => {
  const size = 224;
  const data = Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 7919) % 256);
  const png = await sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
  const loader = open([png]);
  const [batch] = await collect(
    loader.batches(
      chunked(
        [
          { index: 0, transform: { flip: false } },
          { index: 0, transform: { flip: true } },
        ],
        2,
      ),
    ),
  );
  await loader.close();
  const { mean, std } = imageNetPreprocessing;
  const at = (row: number, y: number, x: number, c: number) =>
    batch!.images[row * rowLength + ((y + 2) * side + x + 2) * 3 + c]!;
  for (const [y, x, c] of [
    [0, 0, 0],
    [17, 200, 1],
    [223, 223, 2],
  ] as const) {
    const value = Math.fround(data[(y * size + x) * 3 + c]! / 255);
    const expected = Math.fround(Math.fround(value - Math.fround(mean[c])) / Math.fround(std[c]));
    assert.equal(at(0, y, x, c), expected);
    assert.equal(at(1, y, 223 - x, c), expected);
  }
  for (const edge of [-2, -1, 224, 225]) assert.equal(at(0, edge, 5, 0), 0);
});

test('batches come in the order of the samples, whichever thread decodes first, ahead or in turns', async (t) => {
  const { paths } = await drawFolder(await temporaryFolder(t), [9, 8, 6]);
  const one = open(paths, { workers: 1 });
  const reference = await collect(one.batches(chunked(inOrder([...paths.keys()]), 1)));
  await one.close();
  const samples = inOrder([22, 3, 3, 17, 0, 9, 21, 1, 12, 8, 4]);
  for (const options of [{ ahead: false }, { ahead: true }, { ahead: true, workers: 3 }]) {
    const loader = open(paths, options);
    for (const size of [1, 4, 11, 64]) {
      const batches = await collect(loader.batches(chunked(samples, size)));
      assert.deepEqual(
        batches.flatMap((batch) => batch.samples),
        samples,
      );
      assert.ok(
        batches.every((batch, i) => batch.samples.length === Math.min(size, samples.length - i * size)),
      );
      const rows = batches.flatMap(({ samples, images }) =>
        samples.map((_, row) => images.subarray(row * rowLength, (row + 1) * rowLength)),
      );
      samples.forEach(({ index }, i) => {
        assert.deepEqual(rows[i], reference[index]!.images);
      });
    }
    await loader.close();
  }
});

test('an unreadable image is named and leaves no gap', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(folder, [3, 3]);
  await writeFile(paths[1]!, 'no image');
  await writeFile(paths[2]!, '');
  await writeFile(paths[5]!, (await sharp(paths[0]!).png().toBuffer()).subarray(0, 200));
  const loader = open([...paths, `${folder}/gone.png`]);
  const [batch] = await collect(loader.batches(chunked(inOrder([0, 1, 2, 3, 4, 5, 6]), 7)));
  const [alone] = await collect(loader.batches(chunked(inOrder([4]), 1)));
  const [nothing] = await collect(loader.batches(chunked(inOrder([1, 6]), 7)));
  await loader.close();
  assert.deepEqual(
    batch!.samples.map(({ index }) => index),
    [0, 3, 4],
  );
  assert.equal(batch!.images.length, 3 * rowLength);
  assert.deepEqual(batch!.images.subarray(2 * rowLength), alone!.images);
  assert.deepEqual(batch!.unreadable.map(({ index }) => index).sort(), [1, 2, 5, 6]);
  for (const { reason } of batch!.unreadable) assert.match(reason, /^[^\n]{4,80}$/);
  assert.deepEqual(nothing!.samples, []);
  assert.equal(nothing!.unreadable.length, 2);
});

test('a caller who stops early can ask again', async (t) => {
  const { paths } = await drawFolder(await temporaryFolder(t), [12]);
  const loader = open(paths);
  for (let i = 0; i < 3; i++) {
    for await (const { samples } of loader.batches(chunked(inOrder([...paths.keys()]), 2))) {
      assert.equal(samples.length, 2);
      break;
    }
  }
  assert.equal((await collect(loader.batches(chunked(inOrder([1, 2, 3]), 2)))).length, 2);
  await loader.close();
});

test('one loader takes other images with each call, paths and bytes', async (t) => {
  const { paths } = await drawFolder(await temporaryFolder(t), [2, 2]);
  const loader = open([]);
  const first = async (file: ImageFile) => (await collect(loader.batches([inOrder([0])], [file])))[0]!.images;
  const images = [await first(paths[0]!), await first(paths[3]!), await first(await readFile(paths[0]!))];
  await loader.close();
  assert.deepEqual(images[2], images[0]);
  assert.notDeepEqual(images[1], images[0]);
});
