// Decoded and resized photos compared with Pillow's, byte for byte.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { createResizer } from '../../dist/data/transforms/resize.js';
import { readGolden, sha256 } from '../golden/golden.js';
import { shared, withoutShared } from '../support.js';

const { versions: _, ...classes } = readGolden<Record<string, Record<string, string>>>('photos');
const folder = join(shared, 'data', 'PetImages');

describe('the shared photos at 224 x 224', { skip: withoutShared }, () => {
  for (const [name, files] of Object.entries(classes)) {
    it(`equal Pillow's to the byte: all of ${name}`, async () => {
      assert.ok(existsSync(join(folder, name)));
      const different: string[] = [];
      const queue = Object.entries(files);
      const resize = createResizer();
      const lane = async () => {
        for (let next = queue.pop(); next; next = queue.pop()) {
          const [file, expected] = next;
          const { data, info } = await sharp(await readFile(join(folder, name, file)), {
            failOn: 'truncated',
          })
            .removeAlpha()
            .toColourspace('srgb')
            .raw()
            .toBuffer({ resolveWithObject: true });
          const resized = resize(data, info.width, info.height, 224, 224);
          if (sha256(resized).slice(0, 16) !== expected) different.push(file);
        }
      };
      await Promise.all([lane(), lane(), lane(), lane()]);
      assert.deepEqual(different, []);
    });
  }
});
