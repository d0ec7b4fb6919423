import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { drawNetwork } from '../../../dist/commands/models/drawNetwork.js';
import { UserError } from '../../../dist/core/errors.js';
import { alexNet } from '../../../dist/model/alexnet.js';
import { firstFilters } from '../../../dist/model/firstFilters.js';
import { initialState } from '../../../dist/model/initialState.js';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { writeModel } from '../../../dist/weights/modelFile.js';
import { alexft, jsonLines } from '../../cli/run.js';
import { colouredImage } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { describedAs } from '../models.js';
import { narrow } from '../narrow.js';

const fails = (exitCode: number, message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === exitCode && message.test(error.message);
const fresh = () => initialState(alexNet({ classes: 2, widths: narrow }), new MersenneTwister(1));

async function folderWithModel(t: Parameters<typeof temporaryFolder>[0]) {
  const folder = await temporaryFolder(t);
  const [model, photo] = [join(folder, 'm.safetensors'), join(folder, 'photo.png')];
  await writeModel(model, fresh(), describedAs(['a', 'b']));
  await writeFile(photo, await colouredImage(0.3, 1, 120, 60));
  return { folder, model, photo, at: (name: string) => join(folder, name) };
}

const pixelsOf = async (file: string) => {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { info, at: (x: number, y: number) => [...data.subarray(3 * (y * info.width + x)).subarray(0, 3)] };
};

test('--filters: each weight of each kernel is a square', async (t) => {
  const { model, at } = await folderWithModel(t);
  const { network, filters, activations } = await drawNetwork([model], { filters: at('f.png') });
  assert.deepEqual([network, activations], [model, undefined]);
  assert.deepEqual(filters, { file: at('f.png'), kernels: 4, side: 11 });
  const { rgb } = firstFilters(fresh().get('features.0.weight')!);
  const sheet = await pixelsOf(at('f.png'));
  // 2 x 2 kernels of 66 pixels with gaps of 6, below a caption of 25 pixels, in a margin of 16.
  for (const kernel of [0, 1, 2, 3]) {
    for (const [row, column] of [
      [0, 0],
      [3, 7],
      [10, 10],
    ] as const) {
      const x = 16 + (kernel % 2) * 72 + column * 6;
      const y = 16 + 25 + Math.floor(kernel / 2) * 72 + row * 6;
      const from = 3 * (kernel * 121 + row * 11 + column);
      for (const corner of [0, 5])
        assert.deepEqual(sheet.at(x + corner, y + corner), [...rgb.subarray(from, from + 3)]);
    }
  }
});

test('--activations: the photo, then a row of channels for each layer', async (t) => {
  const { model, photo, at } = await folderWithModel(t);
  for (const name of ['layers.png', 'layers.webp', 'layers.jpg']) {
    const { activations } = await drawNetwork([at(name), model], { activations: photo });
    assert.deepEqual([activations?.file, activations?.picture], [at(name), photo]);
    const { stages } = activations!;
    assert.deepEqual(stages.map(({ type }) => type[0]).join(''), 'CRMCRMCRCRCRM');
    assert.deepEqual(stages[3]!.outputShape, [8, 27, 27]);
    assert.deepEqual([...stages[3]!.channels].sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.ok((await sharp(at(name)).metadata()).width > 500);
  }
  // The photo, 120 x 60, is 224 x 112 here, in a margin of 20.
  const sheet = await pixelsOf(at('layers.png'));
  const [red, green, blue] = sheet.at(130, 80);
  assert.ok(Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!) > 60);
  assert.deepEqual(sheet.at(130, 20 + 112 + 3), [252, 252, 252]);
});

test('existing files are replaced only with --force, input images never', async (t) => {
  const { model, photo, at } = await folderWithModel(t);
  await writeFile(at('f.png'), 'a file of the user');
  await assert.rejects(drawNetwork([model], { filters: at('f.png') }), fails(2, /already exists/));
  assert.equal(await readFile(at('f.png'), 'utf8'), 'a file of the user');
  await drawNetwork([model], { filters: at('f.png'), force: true });
  assert.equal((await sharp(at('f.png')).metadata()).format, 'png');

  const before = await readFile(photo);
  await assert.rejects(
    drawNetwork([photo, model], { activations: photo, force: true }),
    fails(2, /is also an input image/),
  );
  assert.deepEqual(await readFile(photo), before);
});

test('errors leave no files behind', async (t) => {
  const { folder, model, photo, at } = await folderWithModel(t);
  await mkdir(at('folder.png'));
  await writeFile(at('empty.jpg'), '');
  const cases: [string[], Parameters<typeof drawNetwork>[1], number, RegExp][] = [
    [[model], { filters: at('f.gif') }, 2, /Expected an image file name that ends in/],
    [[model], { filters: at('gone/f.png') }, 1, /Can't write .*ENOENT/],
    [[model], { filters: at('folder.png') }, 2, /is not a regular file/],
    [[model, model], { filters: at('f.png') }, 2, /one model but received 2/],
    [['features.0'], { filters: at('f.png') }, 2, /model 'features\.0' does not exist/],
    [[model], { filters: at('f.png'), weights: 'imagenet-features' }, 2, /received both/],
    [[], { filters: at('f.png'), weights: at('gone.pth') }, 3, /no weights/],
    [[model], { activations: photo }, 2, /one output file/],
    [[at('f.png'), model], { filters: at('g.png') }, 2, /one output file/],
    [[at('f.png'), at('g.png')], { activations: photo }, 2, /one output file/],
    [[at('f.png'), model], { activations: photo, filters: at('f.png') }, 2, /'.*f\.png' twice/],
    [[at('f.png'), model], { activations: at('empty.jpg') }, 3, /can't be read: empty file/],
    [[at('f.png'), model], { activations: at('gone.jpg') }, 3, /can't be read: no such file/],
  ];
  const before = (await readdir(folder)).sort();
  for (const [words, given, exitCode, message] of cases) {
    await assert.rejects(drawNetwork(words, given), fails(exitCode, message), String(message));
  }
  assert.deepEqual((await readdir(folder)).sort(), before);
});

test('without a model, the newest is drawn, else a fresh network', async (t) => {
  const { folder, photo } = await folderWithModel(t);
  const words = ['inspect', '--filters', 'f.png', '--activations', photo, 'a.png'];
  const untrained = await alexft(words, { cwd: folder });
  assert.equal(untrained.code, 0);
  assert.match(untrained.stderr, /initial weights of a fresh network.*--weights imagenet-features/);
  assert.match(
    untrained.stdout,
    /^f\.png: the 64 kernels .*\na\.png: activations of a fresh network for .*photo\.png/,
  );

  const run = join(folder, 'models', 'one');
  await mkdir(run, { recursive: true });
  await writeModel(join(run, 'model.safetensors'), fresh(), describedAs(['a', 'b']));
  await writeFile(join(run, 'run.json'), '{"state":"complete"}');
  const newest = await alexft([...words, '--force', '--json'], { cwd: folder });
  assert.match(newest.stderr, /Using the newest model, models.one/);
  const [line] = jsonLines(newest.stdout);
  assert.deepEqual(Object.keys(line!), ['schema', 'network', 'filters', 'activations']);
  assert.deepEqual(line!.filters, { file: 'f.png', kernels: 4, side: 11 });
});
