// --resize and --exif: the choice travels with the model.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { evaluate } from '../../../dist/commands/models/evaluate.js';
import { predict } from '../../../dist/commands/models/predict.js';
import { preprocessingOf } from '../../../dist/data/transforms/preprocessing.js';
import { readModel } from '../../../dist/weights/modelFile.js';
import { drawFolder } from '../../data/colouredFolder.js';
import { setEnvironment, temporaryFolder } from '../../support.js';
import { writeRandomModel } from '../models.js';
import { only, trainNarrow } from '../narrow.js';

const wasm = { device: 'wasm', noSetup: true } as const;

/** The probabilities of the files under a model. */
async function predicted(model: string, files: readonly string[]) {
  const all = [];
  for await (const result of predict(files, { model, ...wasm })) {
    assert.ok('label' in result, JSON.stringify(result));
    all.push(result.probabilities);
  }
  return all;
}

test('predict crops, and rotates, where its model says so', async (t) => {
  const folder = await temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  const pixels = Uint8Array.from({ length: 512 * 256 * 3 }, (_, i) => (i % 1536) / 6 + ((i * 7919) % 7));
  const wide = sharp(pixels, { raw: { width: 512, height: 256, channels: 3 } });
  // As Resize(256) changes nothing here, the crop of 224 x 224 is this part.
  await wide.clone().extract({ left: 144, top: 16, width: 224, height: 224 }).toFile(at('cropped.png'));
  await wide.clone().withMetadata({ orientation: 8 }).toFile(at('turned.png'));
  await wide.clone().rotate(270).toFile(at('rotated.png'));
  await wide.toFile(at('wide.png'));
  await writeRandomModel(at('squash'), ['a', 'b']);
  await writeRandomModel(at('crop'), ['a', 'b'], { preprocessing: preprocessingOf({ resize: 'crop' }) });
  await writeRandomModel(at('exif'), ['a', 'b'], { preprocessing: preprocessingOf({ exif: true }) });
  const files = ['cropped.png', 'wide.png', 'turned.png', 'rotated.png'].map(at);

  const [cropped, whole, turned, rotated] = await predicted(at('squash'), files);
  assert.notDeepEqual(cropped, whole);
  assert.notDeepEqual(turned, rotated);
  assert.deepEqual((await predicted(at('crop'), files))[1], cropped);
  assert.deepEqual((await predicted(at('exif'), files)).slice(2), [rotated, rotated]);
});

test('a training crops and rotates, with features of its own, and so does an evaluation of it', async (t) => {
  const folder = await temporaryFolder(t);
  setEnvironment(t, { ALEXFT_CACHE: join(folder, 'cache') });
  const [data, val] = [join(folder, 'data'), join(folder, 'val')];
  await drawFolder(data, [9, 9]);
  await drawFolder(val, [4, 4]);
  const options = { data, val, ...wasm, trainable: 'classifier', cacheLimit: '1GB' } as const;
  await trainNarrow({ ...options, out: join(folder, 'squash') });
  const out = join(folder, 'crop');
  const { events, messages } = await trainNarrow({ ...options, resize: 'crop', exif: true, out });
  assert.doesNotMatch(messages.join('\n'), /in the cache/);
  const { resize, exif } = only(events, 'start').options;
  assert.deepEqual({ resize, exif }, { resize: 'crop', exif: true });
  const { preprocessing } = await readModel(out);
  assert.deepEqual(preprocessing, preprocessingOf({ resize: 'crop', exif: true }));
  const { best } = only(events, 'done');
  const { loss } = await evaluate({ data: val, model: out, ...wasm });
  assert.ok(Math.abs(loss - best.valLoss!) < 1e-6, `${loss} and ${best.valLoss}`);
});
