import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { normalizationTables, writeNormalized } from '../../../dist/data/transforms/normalize.js';
import { readGolden, sha256 } from '../../golden/golden.js';

const golden = readGolden<{ mean: number[]; std: number[]; sha256: string; lastOfEach: number[] }>(
  'normalize',
);
const tables = normalizationTables(golden.mean, golden.std);

describe('normalizationTables', () => {
  it("equals torch's result to the bit for every byte of every channel", () => {
    assert.deepEqual([tables[255], tables[511], tables[767]], golden.lastOfEach);
    assert.equal(sha256(tables), golden.sha256);
  });
});

describe('writeNormalized', () => {
  const size = 3;
  const rgb = Uint8Array.from({ length: size * size * 3 }, (_, i) => i * 9);

  for (const border of [0, 2]) {
    for (const flip of [false, true]) {
      it(`writes ${flip ? 'a mirrored' : 'a'} image inside a border of ${border}, which it does not change`, () => {
        const side = size + 2 * border;
        const untouched = -99;
        const target = new Float32Array(side * side * 3).fill(untouched);
        writeNormalized(rgb, size, flip, tables, target, border);
        for (let y = 0; y < side; y++) {
          for (let x = 0; x < side; x++) {
            for (let channel = 0; channel < 3; channel++) {
              const [row, column] = [y - border, flip ? size - 1 - (x - border) : x - border];
              const inside = row >= 0 && row < size && column >= 0 && column < size;
              const byte = rgb[(row * size + column) * 3 + channel]!;
              const expected = inside ? tables[channel * 256 + byte] : untouched;
              assert.equal(target[(y * side + x) * 3 + channel], expected, `at ${y}, ${x}, ${channel}`);
            }
          }
        }
      });
    }
  }
});
