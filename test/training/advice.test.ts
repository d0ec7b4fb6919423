// Each rule of advice: the pattern that it recognizes, and one beside it that it does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDefaults } from '../../dist/options/option.js';
import {
  resolveTrainOptions,
  type TrainOptions,
  trainOptions,
} from '../../dist/options/train/trainOptions.js';
import { adviceOn, rules } from '../../dist/training/advice.js';
import type { EpochEvent } from '../../dist/training/events.js';

const optionsOf = (given: Partial<TrainOptions> = {}) =>
  resolveTrainOptions(withDefaults(trainOptions, { data: 'x', ...given }));

/** Epochs of a good training of two classes, with other figures in some. */
const good = [
  { loss: 0.5, accuracy: 0.76, valLoss: 0.2, valAccuracy: 0.95 },
  { loss: 0.14, accuracy: 0.95, valLoss: 0.18, valAccuracy: 0.945 },
  { loss: 0.1, accuracy: 0.96, valLoss: 0.17, valAccuracy: 0.94 },
  { loss: 0.08, accuracy: 0.97, valLoss: 0.17, valAccuracy: 0.96 },
  { loss: 0.07, accuracy: 0.976, valLoss: 0.16, valAccuracy: 0.955 },
];

const epochsOf = (list: readonly Partial<EpochEvent>[]): EpochEvent[] =>
  list.map((figures, index) => ({
    ...{
      event: 'epoch',
      epoch: index + 1,
      ...good[index % good.length]!,
      predicted: 2,
      seconds: 1,
      best: false,
    },
    ...figures,
  }));

const advised = (
  list: readonly Partial<EpochEvent>[],
  given: Partial<TrainOptions> = {},
  { classes = 2, validation = 200 } = {},
) => adviceOn({ options: optionsOf(given), classes, validation, epochs: epochsOf(list) }, new Set());

test('a good training gets no advice, after any epoch', () => {
  for (let epochs = 1; epochs <= good.length; epochs++) {
    assert.equal(advised(good.slice(0, epochs)), undefined);
  }
});

test('every rule has a name of its own', () => {
  assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
});

test('learning rate too high: a loss far above chance, or one that rises', () => {
  const first = advised([{ loss: 3 }], { lr: 0.1 });
  assert.deepEqual([first?.name, first?.change], ['learning rate too high', { lr: 0.01 }]);
  assert.equal(advised([{ loss: 0.3 }, { loss: 0.8 }])?.name, 'learning rate too high');
  assert.equal(advised([{ loss: 0.3 }, { loss: 0.6 }]), undefined);
  assert.equal(advised([{ loss: 3 }], {}, { classes: 10 }), undefined); // the chance of ten classes is 2.3
});

test('constant class: one class for every validation image, from the second epoch on', () => {
  assert.equal(advised([{ predicted: 1 }]), undefined);
  const advice = advised([{ predicted: 1 }, { predicted: 1 }]);
  assert.deepEqual([advice?.name, advice?.sweep], ['constant class', true]);
  const right = { predicted: 1, valAccuracy: 1, accuracy: 1 };
  assert.equal(advised([right, right]), undefined); // the images are of one class
});

test('loss does not fall: near chance after three epochs', () => {
  const flat = [{ loss: 0.69 }, { loss: 0.69 }, { loss: 0.685 }];
  assert.equal(advised(flat.slice(0, 2)), undefined);
  assert.deepEqual([advised(flat)?.name, advised(flat)?.sweep], ['loss does not fall', true]);
  assert.equal(advised([{ loss: 0.1 }, { loss: 0.1 }, { loss: 0.1 }]), undefined); // it has learned all
  assert.notEqual(advised([{ loss: 90 }, { loss: 90 }, { loss: 90 }])?.name, 'loss does not fall');
});

test('overfitting: the validation loss rises for three epochs while the training loss falls', () => {
  const rising = [0.2, 0.18, 0.19, 0.2, 0.25].map((valLoss) => ({ valLoss }));
  const advice = advised(rising);
  assert.equal(advice?.name, 'overfitting');
  assert.match(advice.sentence, /rises since epoch 2/);
  assert.deepEqual(advice.change, { earlyStop: 3, weightDecay: 0.01, optimizer: 'adamw' });
  assert.equal(advised(rising, { optimizer: 'sgd' })?.change?.optimizer, 'sgd');
  assert.equal(advised(rising.slice(0, 4)), undefined);
  assert.equal(advised(rising, { earlyStop: 5 }), undefined);
});

test('imbalance: some classes are never predicted', () => {
  const few = [{ predicted: 2 }, { predicted: 2 }];
  const advice = advised(few, {}, { classes: 4 });
  assert.deepEqual([advice?.name, advice?.change], ['imbalance', { classWeights: 'balanced' }]);
  assert.match(advice!.sentence, /only 2 of 4 classes/);
  assert.equal(advised(few, { classWeights: 'balanced' }, { classes: 4 }), undefined);
  assert.equal(advised(few, {}, { classes: 4, validation: 39 }), undefined);
});

test('dropout: validation above training in two epochs, without anything to change', () => {
  const above = [{}, { valAccuracy: 0.97 }, { valAccuracy: 0.98 }];
  assert.equal(advised(above.slice(0, 2))?.name, 'dropout');
  const advice = advised(above)!;
  assert.deepEqual([advice.name, 'change' in advice], ['dropout', false]);
});

test('one advice is given on a topic, and then the next one', () => {
  const epochs = epochsOf([{}, { valAccuracy: 0.99 }, { loss: 0.9, predicted: 1, valAccuracy: 0.99 }]);
  const observed = { options: optionsOf(), classes: 2, validation: 200, epochs };
  const given = new Set<string>();
  const names: string[] = [];
  for (let advice = adviceOn(observed, given); advice; advice = adviceOn(observed, given)) {
    names.push(advice.name);
    given.add(advice.topic);
  }
  assert.deepEqual(names, ['learning rate too high', 'dropout']); // not: constant class
});

test('without validation there is advice on the training loss alone', () => {
  const epochs = epochsOf([{}, {}, {}, {}, {}]).map(
    ({ valLoss: _l, valAccuracy: _a, predicted: _p, ...each }) => each,
  );
  const observed = { options: optionsOf({ valSplit: 0 }), classes: 2, validation: 0 };
  assert.equal(adviceOn({ ...observed, epochs }, new Set()), undefined);
  const high = epochs.map((each) => ({ ...each, loss: 9 }));
  assert.equal(adviceOn({ ...observed, epochs: high }, new Set())?.name, 'learning rate too high');
});
