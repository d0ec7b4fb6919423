import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alexNet, firstTrainable, type Trainable } from '../../dist/model/alexnet.js';
import { featureLayer } from '../../dist/training/features/featureSource.js';
import { largestBatch, memoryNeed } from '../../dist/training/memoryNeed.js';

const layers = alexNet({ classes: 2 });

function estimate(
  device: string,
  trainable: Trainable | 'nothing',
  batchSize: number,
  images: number,
  ranks?: number,
) {
  const common = { layers, batchSize, ranks, images, wasm: device === 'wasm' };
  if (trainable === 'nothing') return memoryNeed(common);
  const first = firstTrainable(layers, trainable)!;
  const optimizer = { optimizer: 'adam', momentum: 0, weightDecay: 0 } as const;
  const training = {
    first,
    cachedAt: featureLayer(layers, first),
    cachedLimit: 5e9,
    rowsPerImage: 2,
    optimizer,
  };
  return memoryNeed({ ...common, training });
}

// Peaks in MB that `node bench/memory.mjs` measured on two cores.
const measured: [
  device: string,
  trainable: Trainable | 'nothing',
  batch: number,
  images: number,
  peak: number,
][] = [
  ['cpu', 'all', 16, 40, 1511],
  ['cpu', 'all', 128, 320, 2001],
  ['cpu', 'all', 256, 640, 2627],
  ['cpu', 'features.8', 128, 320, 1925],
  ['cpu', 'classifier', 512, 1200, 1723],
  ['cpu', 'nothing', 64, 640, 1038],
  ['cpu', 'nothing', 600, 640, 2929],
  ['wasm', 'all', 8, 40, 2783],
  ['wasm', 'all', 128, 160, 3509],
];
for (const [device, trainable, batch, images, peak] of measured) {
  test(`near what was measured, with room for the best model: ${device}, ${trainable}, batches of ${batch}`, () => {
    const off = estimate(device, trainable, batch, images).process / 1e6 / peak - 1;
    assert.ok(off > -0.05 && off < 0.16, `${(100 * off).toFixed(1)}% off`);
  });
}

test("a GPU's memory has the tensors, and two batches are decoded ahead", () => {
  const task = { layers: alexNet({ classes: 2 }), batchSize: 512, images: 5000, wasm: false };
  const [native, gpu] = [memoryNeed(task), memoryNeed({ ...task, gpuMemory: 8e9 })];
  assert.equal(gpu.tensors, native.tensors);
  assert.equal(gpu.process, native.process - native.tensors + 512 * 228 * 228 * 3 * 4);
});

test('ranks need the memory of their share of a batch', () => {
  const need = (batch: number, ranks?: number) => estimate('cpu', 'all', batch, 1000, ranks);
  assert.deepEqual(need(128, 4), need(32));
  assert.deepEqual(need(130, 4), need(33));
});

test('larger batches, wider networks and more moments need more', () => {
  const need = (batch: number) => estimate('cpu', 'all', batch, 5000).process;
  assert.ok(need(64) < need(128) && need(128) < need(4096));
  const wide = memoryNeed({ layers: alexNet({ classes: 100_000 }), batchSize: 1, images: 1, wasm: false });
  assert.ok(wide.process > estimate('cpu', 'nothing', 1, 1).process + 4 * 4096 * 99_998);
});

test('the largest batch that fits', () => {
  assert.equal(
    largestBatch(128, () => true),
    64,
  );
  assert.equal(
    largestBatch(100, (size) => size <= 64),
    64,
  );
  assert.equal(
    largestBatch(100, (size) => size < 20),
    16,
  );
  assert.equal(
    largestBatch(100, () => false),
    undefined,
  );
  assert.equal(
    largestBatch(1, () => true),
    undefined,
  );
});
