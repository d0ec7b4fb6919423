// The resize kernel compared with a reference implementation, in sizes that are no multiples of its blocks of 2 pixels,
// 4 rows and 16 bytes; and its memory.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openResizeKernel } from '../../../dist/data/transforms/openResizeKernel.js';
import { createResizer } from '../../../dist/data/transforms/resize.js';
import { createAxis } from '../../../dist/data/transforms/resizeAxis.js';
import {
  createKernelMemory,
  reusedMemory,
  type WithMemory,
} from '../../../dist/data/transforms/resizeMemory.js';
import { resizeImage, resizeStrip } from '../../../dist/data/transforms/resizePasses.js';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { root } from '../../support.js';
import { resizeReference } from './resizeReference.js';

const random = new MersenneTwister(7);
const noise = Uint8Array.from({ length: 4e6 }, () => random.uint32());

/** Shared by all tests: memory of one image must not affect the next. */
const resize = createResizer();

function compare(width: number, height: number, outWidth: number, outHeight: number): void {
  const source = noise.subarray(0, width * height * 3);
  const expected = resizeReference(source, width, height, outWidth, outHeight);
  const actual = resize(source, width, height, outWidth, outHeight);
  assert.ok(Buffer.compare(actual, expected) === 0, `${width} x ${height} to ${outWidth} x ${outHeight}`);
}

const sides = [1, 2, 3, 4, 5, 6, 7, 11, 16, 17, 33];

test('every small size to every other', () => {
  for (const width of sides) {
    for (const height of sides) {
      for (const outWidth of sides)
        for (const outHeight of sides) compare(width, height, outWidth, outHeight);
    }
  }
});

test('random sizes', () => {
  const upTo = (most: number) => 1 + (random.uint32() % most);
  for (let i = 0; i < 60; i++) compare(upTo(300), upTo(300), upTo(250), upTo(250));
});

test('strips', () => {
  for (const [width, height] of [
    [1, 101],
    [1, 20011],
    [3, 1301],
    [17, 1701],
    [37, 4003],
  ] as const) {
    for (const [outWidth, outHeight] of [
      [1, 1],
      [5, 7],
      [width, 33],
      [224, 32],
    ] as const) {
      compare(width, height, outWidth, outHeight);
      compare(height, width, outHeight, outWidth);
    }
  }
});

test('bands of many and of four rows, with a shorter last one; memory that is freed', () => {
  compare(1000, 263, 17, 19);
  compare(25_003, 7, 19, 5);
  compare(25_003, 9, 19, 9);
  // 17 MB between the passes.
  compare(81, 8000, 720, 1);
  compare(50, 40, 31, 33);
});

test('sums of weights above 1 are clipped at 255, as in Pillow', () => {
  const white = new Uint8Array(18e6).fill(255);
  assert.deepEqual(resize(white, 6e6, 1, 1, 1), Uint8Array.of(255, 255, 255));
  assert.deepEqual(resize(white, 1, 6e6, 1, 1), Uint8Array.of(255, 255, 255));
});

test('images of 12 and 178 megapixels need little memory', () => {
  const needed = (width: number, height: number, outSize = 224) => {
    let needed = 0;
    const passes = height > width * 100 ? resizeStrip : resizeImage;
    const nothing = { source: new Uint8Array(0), target: new Uint8Array(0) };
    const axes = { horizontal: createAxis(width, outSize), vertical: createAxis(height, outSize) };
    passes({ ...nothing, ...axes, width, height }, (bytes) => {
      needed = bytes;
    });
    return needed;
  };
  assert.ok(needed(400, 300) < 1e6);
  assert.ok(needed(4000, 3000) < 4e6);
  assert.ok(needed(13_377, 13_377) < reusedMemory);
  assert.ok(needed(1000, 178_956) < reusedMemory);
  assert.ok(needed(178_956, 1000) < reusedMemory);
});

test('nothing is written beyond the requested memory, and its old contents do not matter', () => {
  const real = createKernelMemory(openResizeKernel);
  const watched: WithMemory = (bytes, work) =>
    real(bytes + 100, (kernel, memory) => {
      memory.fill(0xa5);
      work(kernel, memory);
      assert.ok(memory.subarray(bytes).every((byte) => byte === 0xa5));
    });
  for (const [width, height, outWidth, outHeight] of [
    [33, 17, 5, 7],
    [33, 17, 16, 16],
    [5, 3, 33, 21],
    [700, 301, 53, 1],
    [2, 301, 11, 9],
    [1, 101, 1, 1],
  ] as const) {
    const source = noise.subarray(0, width * height * 3);
    const target = new Uint8Array(outWidth * outHeight * 3);
    const axes = { horizontal: createAxis(width, outWidth), vertical: createAxis(height, outHeight) };
    const passes = height > width * 100 ? resizeStrip : resizeImage;
    passes({ source, width, height, target, ...axes }, watched);
    assert.deepEqual(target, resizeReference(source, width, height, outWidth, outHeight));
  }
});

test('a thread reuses a little memory and frees more than that', () => {
  const withMemory = createKernelMemory(openResizeKernel);
  const given = (bytes: number) => {
    let length = 0;
    withMemory(bytes, (_, memory) => {
      length = memory.length;
    });
    return length;
  };
  assert.ok(given(1e6) >= 1e6);
  assert.equal(given(1), given(1e6));
  assert.ok(given(100e6) >= 100e6);
  assert.ok(given(1) < 1e6);
});

test('an image that needs more than 4 GiB is unreadable, and the next one is read', () => {
  const withMemory = createKernelMemory(openResizeKernel);
  assert.throws(() => withMemory(4.1 * 2 ** 30, () => {}), {
    name: 'UnreadableImage',
    message: 'too large for the available memory',
  });
  let length = 0;
  withMemory(100_000, (_, memory) => {
    length = memory.length;
  });
  assert.ok(length >= 100_000);
});

/** The output of a loader in its own process, with a flag of Node. */
function loadedWith(limit: string, flag: string): string {
  const module = (name: string) => JSON.stringify(pathToFileURL(`${root}/dist/${name}.js`).href);
  const script = `
    import { UserError } from ${module('core/errors')};
    import { ImageLoader } from ${module('data/imageLoader')};
    const ppm = Buffer.from('P6 1 1 255 abc');
    const preprocessing = { size: 8, mean: [0, 0, 0], std: [1, 1, 1] };
    const loader = new ImageLoader({ preprocessing, border: 0, workers: 1, ahead: false });
    try {
      for await (const batch of loader.batches([[{ index: 0, transform: { flip: false } }]], [ppm])) console.log(batch.samples.length);
    } catch (error) {
      console.log(error instanceof UserError, error.message, /--disable-wasm-trap-handler/.test(error.hint));
    }
    process.exit();`;
  const command = `${limit}exec "$0" ${flag} --input-type=module -e "$1"`;
  return execFileSync('sh', ['-c', command, process.execPath, script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

test('without WebAssembly, loading images is an error with a hint', {
  skip: process.platform === 'win32',
}, () => {
  assert.equal(loadedWith('', ''), '1\n');
  assert.equal(
    loadedWith('', '--jitless'),
    "true Images can't be resized: WebAssembly is not available. true\n",
  );
});

test('--disable-wasm-trap-handler allows a small address space', {
  skip: process.platform === 'linux' ? false : 'ulimit -v needs Linux',
}, () => {
  assert.equal(loadedWith('ulimit -v 8000000; ', '--disable-wasm-trap-handler'), '1\n');
});
