import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { predict } from '../../dist/commands/models/predict.js';
import { UserError } from '../../dist/core/errors.js';
import { mostExplained } from '../../dist/inference/explain.js';
import { alexNet } from '../../dist/model/alexnet.js';
import { parameterShapes } from '../../dist/model/layers.js';
import type { PredictOptions } from '../../dist/options/modelOptions.js';
import { writeModel } from '../../dist/weights/modelFile.js';
import { alexft, jsonLines } from '../cli/run.js';
import { constantState, describedAs, writeConstantModel } from '../commands/models.js';
import { narrow } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';

async function explained(images: string[], options: Partial<PredictOptions>) {
  const messages: string[] = [];
  const context = { onMessage: (message: string) => messages.push(message), onProgress: () => {} };
  const results = predict(images, { noSetup: true, ...options }, context);
  let next = await results.next();
  while (!next.done) next = await results.next();
  return { explanation: next.value, messages };
}

/** A network that passes red through one channel and predicts 'red' for every image. */
function redSeeker() {
  const state = constantState([0, 0]);
  for (const layer of alexNet({ classes: 2, widths: narrow })) {
    const [weight] = parameterShapes(layer);
    if (!weight) continue;
    const [name, shape] = weight;
    const data = state.get(name)!.data;
    const [, , height = 1, width = 1] = shape;
    if (shape.length === 4) data[Math.floor((height * width) / 2)] = 1;
    else if (name === 'classifier.1.weight') data.fill(1, 0, 36);
    else data[0] = 1;
  }
  return state;
}

for (const { device, skip } of await engines()) {
  test(`the heat map is beside the photo, and hot where the evidence is (${device})`, { skip }, async (t) => {
    const folder = await temporaryFolder(t);
    const [model, photo, sheet] = ['m.safetensors', 'p.png', 'sheet.png'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await writeModel(model, redSeeker(), describedAs(['red', 'other']));
    // Grey, with a red lower right quarter.
    const rgb = new Uint8Array(400 * 200 * 3).map((_, i) => {
      const [x, y] = [Math.floor(i / 3) % 400, Math.floor(i / 1200)];
      return x >= 200 && y >= 100 ? [255, 0, 0][i % 3]! : 90;
    });
    await sharp(rgb, { raw: { width: 400, height: 200, channels: 3 } })
      .png()
      .toFile(photo);
    const { explanation } = await explained([photo], { model, device, explain: sheet });
    assert.deepEqual(explanation, { file: sheet, pictures: 1 });
    const { data, info } = await sharp(sheet).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const light = (x: number, y: number) => {
      const from = 3 * (y * info.width + x);
      return data[from]! + data[from + 1]! + data[from + 2]!;
    };
    // Each copy is 420 x 210, the left one at (20, 20), with a gap of 4 pixels.
    const [left, right] = [20, 20 + 420 + 4];
    assert.ok(Math.abs(light(left + 50, 50) - 270) < 12, 'the photo is unchanged');
    assert.ok(light(right + 330, 20 + 160) > light(right + 50, 20 + 50) + 200, 'the red quarter is hot');
    for (const [x, y] of [
      [50, 160],
      [330, 40],
      [50, 40],
    ] as const) {
      assert.ok(light(right + x, 20 + y) < 300, `${x}, ${y} is cold`);
    }
  });
}

test('one sheet for many images: the first of them, without unreadable ones', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [30, 30]);
  const model = join(folder, 'm.safetensors');
  await writeConstantModel(model, ['x', 'y'], [1, 0]);
  await writeFile(paths[1]!, '');
  const options = { model, device: 'wasm' } as const;
  const few = await explained(paths.slice(0, 6), { ...options, explain: join(folder, 'few.jpg') });
  assert.equal(few.explanation?.pictures, 5);
  const { messages, explanation } = await explained(paths, {
    ...options,
    explain: join(folder, 'many.webp'),
  });
  assert.equal(explanation?.pictures, mostExplained);
  assert.ok(messages.includes(`Of 60 images, the first ${mostExplained} are drawn.`), messages.join());
  const sizes = [
    await sharp(join(folder, 'few.jpg')).metadata(),
    await sharp(join(folder, 'many.webp')).metadata(),
  ];
  assert.deepEqual(
    sizes.map(({ format }) => format),
    ['jpeg', 'webp'],
  );
  assert.ok(sizes[1]!.height! > 3 * sizes[0]!.height!);
});

test('inputs and existing files are not overwritten; without readable images nothing is drawn', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [2]);
  const [image] = paths as [string];
  const model = join(folder, 'm.safetensors');
  await writeConstantModel(model, ['x', 'y'], [1, 0]);
  const options = { model, device: 'wasm', force: true } as const;
  const before = await readFile(image);
  const fails = (exitCode: number, message: RegExp) => (error: unknown) =>
    error instanceof UserError && error.exitCode === exitCode && message.test(error.message);
  await assert.rejects(explained(paths, { ...options, explain: image }), fails(2, /is also an input image/));
  assert.deepEqual(await readFile(image), before);
  const sheet = join(folder, 'sheet.png');
  await copyFile(image, sheet);
  await assert.rejects(
    explained(paths, { ...options, explain: sheet, force: false }),
    fails(2, /already exists/),
  );
  await writeFile(image, '');
  await assert.rejects(explained([image], { ...options, explain: sheet }), fails(3, /nothing to explain/));
  assert.deepEqual(await readFile(sheet), before);
});

test('with --json, the last line names the file', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [1, 1]);
  await writeConstantModel(join(folder, 'm.safetensors'), ['x', 'y'], [1, 0]);
  const words = ['predict', 'images', '--model', 'm.safetensors', '--device', 'wasm', '--explain', 'e.png'];
  const json = await alexft([...words, '--json'], { cwd: folder });
  assert.equal(json.code, 0);
  const lines = jsonLines(json.stdout);
  assert.equal(lines.length, 3);
  assert.deepEqual(lines[2], { explained: { file: 'e.png', pictures: 2 } });
  const text = await alexft([...words, '--force'], { cwd: folder });
  assert.match(text.stdout, /\ne\.png: heatmaps of 2 images\n$/);
});
