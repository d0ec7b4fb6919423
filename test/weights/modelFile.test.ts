import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../dist/core/errors.js';
import { modelFileAt, readModel, writeModel } from '../../dist/weights/modelFile.js';
import { readSafetensors, writeSafetensors } from '../../dist/weights/safetensors/safetensors.js';
import { constantState, describedAs } from '../commands/models.js';
import { temporaryFolder } from '../support.js';

const bad = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UserError, String(error));
  assert.match(error.message, message);
  assert.equal(error.exitCode, 3);
  return true;
};
const classes = ['Café', '犬', '__proto__'];
const state = constantState([1, 2, 3]);
const description = { ...describedAs(classes), training: { epoch: 2, loss: 0.1 } };

test('what is written is read again: tensors, classes, preprocessing, architecture, training', async (t) => {
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

test('where no model is', async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(modelFileAt(join(folder, 'gone')), bad(/no model at '.*gone'/));
  await mkdir(join(folder, 'run'));
  await writeFile(join(folder, 'run', 'last.safetensors'), '');
  await assert.rejects(modelFileAt(join(folder, 'run')), bad(/'.*run' has no model\.safetensors in it/));
});

test('other people’s safetensors are weights, and no model', async (t) => {
  const file = join(await temporaryFolder(t), 'weights.safetensors');
  await writeSafetensors(file, state, {});
  await assert.rejects(readModel(file), bad(/not a model of alexft: its metadata names no schema/));
});

test('metadata that can not be worked with is an error that says which', async (t) => {
  const file = join(await temporaryFolder(t), 'model.safetensors');
  await writeModel(file, state, description);
  const { metadata } = await readSafetensors(file);
  const { architecture, preprocessing } = description;
  const cases: [field: string, value: unknown, expected: RegExp][] = [
    ['schema', 2, /schema 2, and this version reads 1/],
    ['classes', undefined, /'classes' is missing or not JSON/],
    ['classes', [], /it has no classes/],
    ['classes', ['a', 2, 'c'], /a class of it has no name/],
    ['classes', ['a', 'b', 'a'], /two of its classes have the same name/],
    ['classes', ['a', 'b'], /'classifier\.6\.weight' should be \[2,16\], and is \[3,16\]/],
    ['architecture', null, /its architecture is not alexnet/],
    ['architecture', { ...architecture, name: 'vgg' }, /its architecture is not alexnet/],
    ['architecture', { name: 'alexnet', dropout: 0.5 }, /no usable widths/],
    [
      'architecture',
      { ...architecture, widths: { convolutions: [1, 2], hidden: [1, 2] } },
      /no usable widths/,
    ],
    [
      'architecture',
      { ...architecture, widths: { ...architecture.widths, hidden: [32, -1] } },
      /no usable widths/,
    ],
    ['architecture', { ...architecture, dropout: 1 }, /no usable dropout/],
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
    await assert.rejects(readModel(file), bad(expected), `${field}: ${JSON.stringify(value)}`);
  }
  const without = new Map(state);
  without.delete('features.8.bias');
  await writeSafetensors(file, without, metadata);
  await assert.rejects(readModel(file), bad(/it has no 'features\.8\.bias'/));
});
