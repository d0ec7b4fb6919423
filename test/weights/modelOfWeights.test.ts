// Models from weights files without alexft's metadata.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageNetPreprocessing, preprocessingOf } from '../../dist/data/transforms/preprocessing.js';
import { alexNet, alexNetWidths } from '../../dist/model/alexnet.js';
import { parameterShapes } from '../../dist/model/layers.js';
import { type StateDict, sizeOf } from '../../dist/model/stateDict.js';
import { fitAlexNet, isFullWidth } from '../../dist/weights/fitAlexNet.js';
import { imageNetClasses, modelOfWeights, withClassNames } from '../../dist/weights/modelOfWeights.js';
import { constantState } from '../commands/models.js';
import { narrow } from '../commands/narrow.js';

const stateOf = (classes: number) => constantState(new Array<number>(classes).fill(0));
const given = (tensors: StateDict, metadata: Record<string, string> = {}, name = 'a.pth') =>
  modelOfWeights({ name, tensors, metadata });

test('widths and classes are inferred from the shapes', () => {
  assert.deepEqual(fitAlexNet(stateOf(5), 'a'), { widths: narrow, classes: 5, missing: [] });
  assert.equal(isFullWidth(narrow), false);
  assert.equal(isFullWidth(alexNetWidths), true);

  const convolutions = new Map([...stateOf(5)].filter(([name]) => name.startsWith('features.')));
  const { classes, missing } = fitAlexNet(convolutions, 'a');
  assert.equal(classes, undefined);
  assert.equal(missing.length, 6);
  assert.ok(missing.includes('classifier.6.bias'));
});

test('other networks are rejected with the names of the mismatches', () => {
  const without = stateOf(5);
  without.delete('classifier.6.weight');
  assert.throws(() => fitAlexNet(without, 'a'), { exitCode: 3, message: /missing: classifier\.6\.weight/ });
  const odd = stateOf(5);
  odd.set('features.3.weight', { shape: [0, 4, 5, 5], data: new Float32Array() });
  assert.throws(() => fitAlexNet(odd, 'a'), { exitCode: 3, message: /features\.3\.weight: expected/ });
  const vast = stateOf(5).set('classifier.4.weight', { shape: [2 ** 40, 0], data: new Float32Array() });
  assert.throws(() => given(vast), { exitCode: 3, message: /classifier\.4\.weight: expected/ });
  assert.throws(() => given(new Map()), { exitCode: 3, message: /missing: features\.0\.weight/ });
});

test('class names are from the metadata, else ImageNet if there are 1000 classes, else numbers', () => {
  const { model, note } = given(stateOf(2), { classes: '["Cat","Dog"]' });
  assert.deepEqual([model.classes, note], [['Cat', 'Dog'], undefined]);
  assert.deepEqual(model.preprocessing, imageNetPreprocessing);
  assert.deepEqual(model.architecture, { name: 'alexnet', widths: narrow, dropout: 0.5 });

  for (const classes of ['["Cat"]', '["Cat","Cat"]', '["Cat",2]', '{"length":2}', 'Cat']) {
    const { model, note } = given(stateOf(2), { classes });
    assert.deepEqual(model.classes, ['class 0', 'class 1']);
    assert.equal(note, "'a.pth' contains no class names: using 'class 0' to 'class 1'.");
  }
  const thousand = given(stateOf(1000));
  assert.deepEqual(thousand.model.classes, imageNetClasses);
  assert.match(thousand.note!, /contains no class names\. It has 1000 classes: using the names of ImageNet/);
  assert.equal(given(stateOf(1000), {}, 'imagenet').note, undefined);
  const own = Array.from({ length: 1000 }, (_, i) => `own ${i}`);
  assert.deepEqual(given(stateOf(1000), { classes: JSON.stringify(own) }).model.classes, own);
});

test('weights without a classifier are rejected with a hint', () => {
  const layers = alexNet({ classes: 1 }).filter(({ name }) => name.startsWith('features.'));
  const convolutions: StateDict = new Map();
  for (const [name, shape] of layers.flatMap(parameterShapes)) {
    convolutions.set(name, { shape, data: new Float32Array(sizeOf(shape)) });
  }
  assert.throws(() => given(convolutions), {
    exitCode: 3,
    message: "The weights 'a.pth' have no classifier and can't predict classes.",
    hint: /alexft train --data DIR --weights 'a\.pth'/,
  });
});

test('one output is no class, but a sigmoid for two named ones', () => {
  const state = constantState([1.5]);
  assert.throws(() => given(state), {
    exitCode: 3,
    message: /Expected one output per class in 'a\.pth' but found a single one/,
    hint: /--classes NAME,NAME/,
  });
  const { tensors, metadata } = withClassNames(
    { tensors: state, metadata: { a: 'b' } },
    ['Cat', 'Dog'],
    'a.pth',
  );
  assert.deepEqual(metadata, { a: 'b', classes: '["Cat","Dog"]' });
  assert.deepEqual(tensors.get('classifier.6.bias'), { shape: [2], data: Float32Array.of(0, 1.5) });
  const weight = state.get('classifier.6.weight')!;
  weight.data.fill(7);
  const twoRows = withClassNames({ tensors: state, metadata: {} }, ['Cat', 'Dog'], 'a').tensors.get(
    'classifier.6.weight',
  )!;
  assert.deepEqual(twoRows.shape, [2, weight.data.length]);
  assert.deepEqual(twoRows.data, Float32Array.of(...weight.data.map(() => 0), ...weight.data));
  const { model, note } = given(tensors, metadata);
  assert.deepEqual([model.classes, note], [['Cat', 'Dog'], undefined]);
});

test('given class names must match the outputs, and are not for models', () => {
  const three = { tensors: stateOf(3), metadata: {} };
  const named = withClassNames(three, ['a', 'b', 'c'], 'a.pth');
  assert.equal(named.tensors, three.tensors);
  assert.deepEqual(given(named.tensors, named.metadata).model.classes, ['a', 'b', 'c']);
  const expected = {
    exitCode: 2,
    message: /Expected 3 names in --classes for the 3 outputs of 'a\.pth' but received 2/,
  };
  assert.throws(() => withClassNames(three, ['a', 'b'], 'a.pth'), expected);
  assert.throws(
    () => withClassNames({ ...three, metadata: { producer: 'alexft' } }, ['a', 'b', 'c'], 'a.pth'),
    {
      exitCode: 2,
      message: /a model of alexft contains its class names/,
    },
  );
});

test('the resize of other programs’ weights can be chosen, that of a model is its own', () => {
  const weights = { name: 'a.pth', tensors: stateOf(2), metadata: {} };
  assert.deepEqual(modelOfWeights(weights, 'crop').model.preprocessing, preprocessingOf({ resize: 'crop' }));
  assert.deepEqual(modelOfWeights(weights, 'squash').model.preprocessing, imageNetPreprocessing);
  assert.throws(() => modelOfWeights({ ...weights, metadata: { producer: 'alexft' } }, 'crop'), {
    exitCode: 2,
    message: /a model of alexft contains its preprocessing/,
  });
});

test('invalid metadata in a file of alexft is rejected', () => {
  assert.throws(() => given(stateOf(2), { producer: 'alexft', schema: '1', classes: '["a"]' }), {
    exitCode: 3,
    message: /its metadata 'architecture' is missing/,
  });
});
