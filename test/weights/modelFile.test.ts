import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../dist/core/errors.js';
import { readSafetensors, writeSafetensors } from '../../dist/weights/formats/safetensors.js';
import { modelFileAt, readModel, writeModel } from '../../dist/weights/modelFile.js';
import { constantState, describedAs } from '../commands/models.js';
import { temporaryFolder } from '../support.js';

const invalid = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UserError, String(error));
  assert.match(error.message, message);
  assert.equal(error.exitCode, 3);
  return true;
};
const classes = ['Café', '犬', '__proto__'];
const state = constantState([1, 2, 3]);
const description = { ...describedAs(classes), training: { epoch: 2, loss: 0.1 } };

test('a model is read back as written: tensors, classes, preprocessing, architecture, training', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'model.safetensors');
  await writeModel(file, state, description);
  for (const path of [file, folder]) {
    assert.deepEqual(await readModel(path), { ...description, file, tensors: state });
  }
  const { metadata } = await readSafetensors(file);
  assert.equal(metadata.format, 'pt');
  assert.equal(metadata.schema, '1');
  assert.deepEqual(await readdir(folder), ['model.safetensors']);
});

test('missing models', async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(modelFileAt(join(folder, 'gone')), invalid(/no model at '.*gone'/));
  await mkdir(join(folder, 'run'));
  await writeFile(join(folder, 'run', 'last.safetensors'), '');
  await assert.rejects(modelFileAt(join(folder, 'run')), invalid(/'.*run' contains no model\.safetensors/));
});

test('safetensors of other programs are weights but not models', async (t) => {
  const file = join(await temporaryFolder(t), 'weights.safetensors');
  await writeSafetensors(file, state, {});
  await assert.rejects(readModel(file), invalid(/not a model of alexft: its metadata has no 'schema'/));
});

test('invalid metadata is rejected with the reason', async (t) => {
  const file = join(await temporaryFolder(t), 'model.safetensors');
  await writeModel(file, state, description);
  const { metadata } = await readSafetensors(file);
  const { architecture, preprocessing } = description;
  const cases: [field: string, value: unknown, expected: RegExp][] = [
    ['schema', 2, /schema 2, expected 1/],
    ['classes', undefined, /'classes' is missing or not JSON/],
    ['classes', [], /it has no classes/],
    ['classes', ['a', 2, 'c'], /one of its class names is not a string/],
    ['classes', ['a', 'b', 'a'], /two of its classes have the same name/],
    ['classes', ['a', 'b'], /tensor 'classifier\.6\.weight' is \[3,16\], expected \[2,16\]/],
    ['architecture', null, /its architecture is not alexnet/],
    ['architecture', { ...architecture, name: 'vgg' }, /its architecture is not alexnet/],
    ['architecture', { name: 'alexnet', dropout: 0.5 }, /its widths are invalid/],
    [
      'architecture',
      { ...architecture, widths: { convolutions: [1, 2], hidden: [1, 2] } },
      /its widths are invalid/,
    ],
    [
      'architecture',
      { ...architecture, widths: { ...architecture.widths, hidden: [32, -1] } },
      /its widths are invalid/,
    ],
    ['architecture', { ...architecture, dropout: 1 }, /its dropout is invalid/],
    ['preprocessing', null, /its preprocessing/],
    ['preprocessing', { ...preprocessing, size: 256 }, /its preprocessing/],
    ['preprocessing', { ...preprocessing, interpolation: 'bicubic' }, /its preprocessing/],
    ['preprocessing', { ...preprocessing, std: [1, 1] }, /its preprocessing/],
    ['preprocessing', { ...preprocessing, std: [1, 0, 1] }, /its preprocessing/],
    ['training', 7, /'training' is not an object/],
  ];
  for (const [field, value, expected] of cases) {
    const { [field]: _old, ...others } = metadata;
    const changed = value === undefined ? {} : { [field]: JSON.stringify(value) };
    await writeSafetensors(file, state, { ...others, ...changed });
    await assert.rejects(readModel(file), invalid(expected), `${field}: ${JSON.stringify(value)}`);
  }
  const without = new Map(state);
  without.delete('features.8.bias');
  await writeSafetensors(file, without, metadata);
  await assert.rejects(readModel(file), invalid(/it has no tensor 'features\.8\.bias'/));
});
