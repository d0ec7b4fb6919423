// What a proof refuses: an export of another model, and one that its runtime does not read.

import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../dist/core/errors.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { describeExport } from '../../dist/export/description.js';
import { formats } from '../../dist/export/formats.js';
import { goldenImages, ownOutputs } from '../../dist/export/goldenImages.js';
import { graphOf } from '../../dist/export/graph.js';
import { place } from '../../dist/export/place.js';
import { proveExport } from '../../dist/export/proof.js';
import { readModel } from '../../dist/weights/modelFile.js';
import { writeRandomModel } from '../commands/models.js';
import { open } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';

const images = (await goldenImages(imageNetPreprocessing)).map(({ resized }) => resized);

for (const output of ['probabilities', 'logits'] as const) {
  test(`other ${output} are refused, and nothing is left behind`, async (t) => {
    const folder = await temporaryFolder(t);
    const [one, other] = [join(folder, 'one.safetensors'), join(folder, 'other.safetensors')];
    await writeRandomModel(one, ['a', 'b']);
    await writeRandomModel(other, ['a', 'b'], { seed: 1 });
    const model = await readModel(one);
    const graph = graphOf(await readModel(other), 'float32', output === 'logits');
    const engine = await open('wasm');
    const expected = ownOutputs(engine, model, output, images);
    const files = await readdir(folder);
    await assert.rejects(
      place(join(folder, 'out'), true, async (temporary) => {
        const description = describeExport('tfjs', graph, '');
        await formats.tfjs.write(temporary, { graph, description, model, quantization: undefined });
        await proveExport(() => formats.tfjs.open(temporary, graph, engine), graph, images, expected);
        return '';
      }),
      (error) =>
        error instanceof UserError &&
        error.exitCode === 1 &&
        new RegExp(
          `^The export was discarded: in TensorFlow\\.js 4\\.22\\.0, the ${output} of image 1 differ by \\d\\.\\d+`,
        ).test(error.message),
    );
    assert.deepEqual(await readdir(folder), files);
  });
}

test('an export that its runtime does not read is refused', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'm.safetensors');
  await writeRandomModel(file, ['a', 'b']);
  const graph = graphOf(await readModel(file), 'float32', false);
  const out = join(folder, 'out');
  await mkdir(out);
  await writeFile(join(out, 'model.json'), '{"modelTopology":{"node":[]},"weightsManifest":[]}');
  const engine = await open('wasm');
  await assert.rejects(
    proveExport(() => formats.tfjs.open(out, graph, engine), graph, images, new Float32Array(8)),
    { name: 'UserError', message: /^The export was discarded: it can't be run: / },
  );
});
