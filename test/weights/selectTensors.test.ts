// Selection of a network among the tensors in a file, by names, shapes and keys.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alexNet } from '../../dist/model/alexnet.js';
import { parameterShapes } from '../../dist/model/layers.js';
import { selectTensors, type TensorGroup } from '../../dist/weights/selectTensors.js';
import { narrow } from '../commands/narrow.js';

type Tensor = { shape: readonly number[] };

const shapes = new Map(alexNet({ classes: 2, widths: narrow }).flatMap(parameterShapes));
const names = [...shapes.keys()];

/** AlexNet's tensors at `path`, with other names, and others beside them. */
const group = (
  path: string,
  rename: (name: string) => string = (name) => name,
  others: Record<string, readonly number[]> = {},
): TensorGroup<Tensor> => {
  const tensors = [...shapes].map(([name, shape]) => [rename(name), shape] as const);
  const all = [...tensors, ...Object.entries(others)];
  return { path, tensors: new Map(all.map(([name, shape]) => [name, { shape }])) };
};

const select = (groups: readonly TensorGroup<Tensor>[], key?: string) => selectTensors(groups, 'a.pth', key);

const inFeatures = (wrapper: string) => (name: string) => name.replace('features.', `features.${wrapper}`);
const renamed: Record<string, (name: string) => string> = {
  'module.': (name) => `module.${name}`,
  '_orig_mod.': (name) => `_orig_mod.${name}`,
  'module._orig_mod.': (name) => `module._orig_mod.${name}`,
  '_orig_mod.module.': (name) => `_orig_mod.module.${name}`,
  "Lightning's model.": (name) => `model.${name}`,
  'model._orig_mod.': (name) => `model._orig_mod.${name}`,
  "Sequential's 1.": (name) => `1.${name}`,
  'any prefix': (name) => `a.b.backbone.${name}`,
  'features.module.': inFeatures('module.'),
  'features._orig_mod.module.': inFeatures('_orig_mod.module.'),
  'before the last part': (name) => name.replace(/\.(weight|bias)$/, '._fsdp_wrapped_module.$1'),
  everywhere: (name) => `module.${inFeatures('model.')(name).replace('.bias', '.module.bias')}`,
};
for (const [what, rename] of Object.entries(renamed)) {
  test(`the names of torchvision, in order: ${what}`, () => {
    for (const path of ['', 'state_dict']) {
      const { tensors, note } = select([group(path, rename, { epoch: [] })]);
      assert.deepEqual([...tensors.keys()], names);
      assert.deepEqual(
        [...tensors].map(([name, { shape }]) => [name, shape]),
        [...shapes],
      );
      assert.equal(note, undefined);
    }
  });
}

test('tensors beside the network are ignored, and tensors in it are not', () => {
  const rename = (name: string) => `1.${name}`;
  const { tensors } = select([
    group('', rename, { '0.mean': [3], '10.features.1.weight': [4], 'loss.weight': [2] }),
  ]);
  assert.deepEqual([...tensors.keys()], names);
  for (const name of ['1.attention.weight', '1.features.1.weight', '1.module.features.0.weight.x']) {
    const selected = select([group('', rename, { [name]: [4] })]).tensors;
    assert.ok(selected.has(name), `${name}: all tensors, under their own names`);
    assert.equal(selected.size, 17);
  }
  // Two tensors for one name.
  const twice = select([group('', undefined, { 'features.module.0.weight': [4, 3, 11, 11] })]).tensors;
  assert.equal(twice.size, 17);
});

test('the convolutions alone', () => {
  const { tensors } = group('', (name) => `backbone.${name}`);
  const convolutions = new Map([...tensors].filter(([name]) => name.includes('features')));
  const selected = select([{ path: 'model', tensors: convolutions }]).tensors;
  assert.deepEqual(
    [...selected.keys()],
    names.filter((name) => name.startsWith('features')),
  );
});

test('of several networks, the one that the keys name as the model is used, with a note', () => {
  const cases: [others: string[], best: string][] = [
    [['model_ema.module', 'model'], 'model'],
    [['state_dict_ema', 'state_dict'], 'state_dict'],
    [['ema', 'checkpoint.net'], 'checkpoint.net'],
    [['teacher', 'student'], 'student'],
    [['swa_model', 'other'], 'other'],
    [['optimizer.target', 'model'], 'model'],
    [['model', 'state_dict', 'other'], 'state_dict'],
    [['best', 'model'], 'model'],
  ];
  for (const [paths, best] of cases) {
    const groups = paths.map((path) => group(path, undefined, { [`${path} marker`]: [] }));
    const { tensors, note } = select(groups);
    assert.equal(
      tensors.get('features.0.weight'),
      groups[paths.indexOf(best)]!.tensors.get('features.0.weight'),
    );
    assert.match(
      note!,
      new RegExp(
        `^'a\\.pth' contains several AlexNets: .* Using '${best}'\\. To choose another one: --weights 'a\\.pth#`,
      ),
    );
  }
  const prefixes = group('state_dict', (name) => `student.${name}`);
  const teacher = group('state_dict', (name) => `teacher.module.${name}`);
  const both = { path: 'state_dict', tensors: new Map([...teacher.tensors, ...prefixes.tensors]) };
  assert.equal(
    select([both]).tensors.get('features.3.bias'),
    prefixes.tensors.get('student.features.3.bias'),
  );
  assert.equal(
    select([both], 'state_dict.teacher').tensors.get('features.3.bias'),
    teacher.tensors.get('teacher.module.features.3.bias'),
  );
});

test('a choice that the keys do not make is left to the user', () => {
  assert.throws(() => select([group('left'), group('right\u001b')]), {
    exitCode: 3,
    message: "Expected one state dict in 'a.pth' but found several: 'left', 'right\\u{1b}'.",
    hint: /--weights 'FILE#KEY'/,
  });
  assert.equal(select([group('left'), group('right')], 'right').tensors.size, 16);
  assert.throws(() => select([group('left'), group('right')], 'righ'), {
    exitCode: 3,
    message: "'a.pth' has no tensors under 'righ'.",
    hint: "It has: 'left', 'right'.",
  });
});

test('very many prefixes and long names take little time', () => {
  const start = performance.now();
  const long = 'module.'.repeat(1_000_000);
  const tensors = new Map<string, Tensor>([[`${long}features.0.weight`, { shape: [1] }]]);
  for (let i = 0; i < 40_000; i++) tensors.set(`p${i}.features.0.weight`, { shape: [4, 3, 11, 11] });
  assert.equal(select([{ path: '', tensors }]).tensors.size, 40_001);
  assert.ok(performance.now() - start < 5000);
});

test('another network is left as it is, without the prefix of a wrapper', () => {
  const other = (path: string, name: string) => ({ path, tensors: new Map([[name, { shape: [1] }]]) });
  const keys = (groups: TensorGroup<Tensor>[]) => [...select(groups).tensors.keys()];
  assert.deepEqual(
    keys([other('optimizer.state.0', 'exp_avg'), other('net', 'module._orig_mod.conv1.weight')]),
    ['conv1.weight'],
  );
  assert.deepEqual(keys([other('ema', 'a')]), ['a']);
  assert.throws(() => keys([other('generator', 'a'), other('critic', 'a')]), {
    message: /several: 'generator', 'critic'/,
  });
});
