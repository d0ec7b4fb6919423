import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../dist/core/errors.js';
import { withDefaults } from '../../dist/options/option.js';
import { choice, number, text } from '../../dist/options/optionKinds.js';
import { resolveTrainOptions, trainOptions } from '../../dist/options/train/trainOptions.js';

const usage = (message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === 2 && message.test(error.message);

test('numbers are validated', () => {
  const option = number({ flag: '--n', help: '', default: 1, integer: true, min: 1, max: 10 });
  assert.equal(option.parse('7'), 7);
  for (const wrong of ['0', '11', '1.5', 'abc', '', ' 3', '0x3', 'Infinity', 'NaN', '3 images']) {
    assert.throws(
      () => option.parse(wrong),
      usage(/^Expected an integer between 1 and 10 for --n but received '/),
      wrong,
    );
  }
  const rate = number({ flag: '--lr', help: '', default: 1, above: 0 });
  assert.equal(rate.parse('1e-4'), 1e-4);
  assert.equal(rate.parse('.5'), 0.5);
  assert.throws(() => rate.parse('0'), usage(/Expected a number greater than 0 for --lr/));
  assert.throws(() => rate.parse('-1'), usage(/Expected a number greater than 0 for --lr/));
});

test('the error of a choice lists its words', () => {
  const option = choice(['adam', 'sgd'], { flag: '--optimizer', help: '', default: 'adam' });
  assert.equal(option.parse('sgd'), 'sgd');
  assert.throws(
    () => option.parse('Adam'),
    usage(/Expected one of adam, sgd for --optimizer but received 'Adam'/),
  );
});

test('withDefaults fills in defaults, validates values and rejects unknown names', () => {
  const table = {
    size: number({ flag: '--size', help: '', default: 3, min: 1 }),
    name: text({ flag: '--name', help: '', default: undefined }),
  };
  assert.deepEqual(withDefaults(table, {}), { size: 3, name: undefined });
  assert.deepEqual(withDefaults(table, { size: 5, name: 'x' }), { size: 5, name: 'x' });
  assert.throws(() => withDefaults(table, { size: 0 }), usage(/--size/));
  assert.throws(() => withDefaults(table, { sise: 4 } as object), usage(/Unknown option 'sise'/));
});

test('defaults that depend on other options', () => {
  const resolve = (given: object) => resolveTrainOptions(withDefaults(trainOptions, { data: 'x', ...given }));
  const defaults = resolve({});
  assert.equal(defaults.epochs, 5);
  assert.equal(defaults.batchSize, 128);
  assert.equal(defaults.lr, 1e-4);
  assert.equal(defaults.weightDecay, 0);
  assert.equal(defaults.trainable, 'classifier');
  assert.equal(defaults.scheduleEpochs, 5);
  assert.equal(resolve({ optimizer: 'sgd' }).lr, 1e-3);
  assert.equal(resolve({ optimizer: 'adamw' }).weightDecay, 0.01);
  assert.equal(resolve({ weights: 'none' }).trainable, 'all');
  assert.equal(resolve({ weights: 'none', trainable: 'classifier' }).trainable, 'classifier');
  assert.equal(resolve({ epochs: 9 }).scheduleEpochs, 9);
});

test('conflicting options are rejected', () => {
  const resolve = (given: object) => resolveTrainOptions(withDefaults(trainOptions, given));
  assert.throws(() => resolve({}), usage(/--data is missing/));
  assert.throws(() => resolve({ data: 'x', schedule: 'cosine', warmup: 5 }), usage(/--warmup/));
  assert.throws(() => resolve({ data: 'x', earlyStop: 2, valSplit: 0 }), usage(/--early-stop/));
  assert.throws(
    () => withDefaults(trainOptions, { trainable: 'features.13' }),
    usage(/features\.0 to features\.12/),
  );
  assert.throws(() => withDefaults(trainOptions, { device: 'gpu' as 'cuda' }), usage(/--device/));
});
