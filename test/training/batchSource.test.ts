import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ImageLoader } from '../../dist/data/imageLoader.js';
import { chunksOf, inOrder } from '../../dist/data/sampler.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { ImageSource, isEvent } from '../../dist/training/batchSource.js';
import { drawFolder } from '../data/colouredFolder.js';
import { open } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';

test('an unreadable image makes its own batch smaller, each time, and is told of once', async (t) => {
  await open('wasm');
  const { paths } = await drawFolder(await temporaryFolder(t), [7]);
  for (const index of [1, 6]) await writeFile(paths[index]!, 'no image');
  const loader = new ImageLoader({
    preprocessing: imageNetPreprocessing,
    border: 2,
    workers: 1,
    ahead: false,
  });
  const source = new ImageSource(loader, paths, String);
  const look = async () => {
    const batches: number[][] = [];
    const skipped: string[] = [];
    for await (const item of source.batches(chunksOf(inOrder([0, 1, 2, 3, 4, 5, 6]), 3))) {
      if (!isEvent(item)) {
        assert.deepEqual(item.inputs.shape, [item.samples.length, 228, 228, 3]);
        batches.push(item.samples.map(({ index }) => index));
      } else if (item.event === 'skipped') skipped.push(item.file);
    }
    return { batches, skipped };
  };
  const batches = [
    [0, 2],
    [3, 4, 5],
  ];
  assert.deepEqual(await look(), { batches, skipped: ['1', '6'] });
  assert.deepEqual(await look(), { batches, skipped: [] });
  await loader[Symbol.asyncDispose]();
});
