import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainingState } from '../../dist/training/trainingState.js';
import { open } from '../engine/engines.js';
import { smallTrainer } from './smallTrainer.js';

test('a trainer trains, and disposing of it frees all tensors', async (t) => {
  const engine = await open('wasm');
  const before = engine.handles();
  const { trainer } = await smallTrainer(t);
  const events: string[] = [];
  for await (const { event } of trainer.train()) events.push(event);
  assert.equal(events.filter((event) => event === 'step').length, 12);
  assert.equal(events.filter((event) => event === 'epoch').length, 3);
  assert.equal(trainer.predictions?.length, 5);
  assert.ok(engine.handles() > before);
  await trainer[Symbol.asyncDispose]();
  assert.equal(engine.handles(), before);
});

test('a resumed trainer has a state of its own, and its tensors have moved into the engine', async (t) => {
  const { trainer, images } = await smallTrainer(t);
  const state: TrainingState = { ...trainer.state, epoch: 2, best: { epoch: 1 } };
  const saved = {
    step: 4,
    parameters: trainer.network.state(),
    optimizer: { steps: 4, tensors: new Map(trainer.optimizer.state().tensors) },
    state: Object.freeze(state),
    record: { skipped: [], epochs: [], seconds: 1, events: 0 },
  };
  const { trainer: resumed } = await smallTrainer(t, {}, { saved, data: images });
  assert.deepEqual(resumed.state, state);
  assert.notEqual(resumed.state, state);
  delete resumed.state.best;
  assert.deepEqual(state.best, { epoch: 1 });
  assert.equal(resumed.past?.step, 4);
  assert.deepEqual([saved.parameters.size, saved.optimizer.tensors.size], [0, 0]);
});

test('clipping: with a tiny norm, SGD hardly moves', async (t) => {
  const options = { optimizer: 'sgd', momentum: 0, lr: 1, epochs: 1, seed: 1 } as const;
  const movedBy = async (clipNorm: number | undefined) => {
    const { trainer } = await smallTrainer(t, { ...options, ...(clipNorm && { clipNorm }) });
    const name = 'classifier.6.weight';
    const before = trainer.network.state().get(name)!.data.slice();
    for await (const { event } of trainer.train()) if (event === 'step') break;
    const after = trainer.network.state().get(name)!.data;
    return Math.max(...after.map((value, i) => Math.abs(value - before[i]!)));
  };
  assert.ok((await movedBy(undefined)) > 1e-3);
  assert.ok((await movedBy(1e-6)) < 2e-6);
});

test('plateau: epochs without a lower loss reduce the learning rate', async (t) => {
  const schedule = { schedule: 'plateau', lrPatience: 0, lrGamma: 0.5 } as const;
  const { trainer } = await smallTrainer(t, { ...schedule, optimizer: 'sgd', lr: 1e-6, epochs: 4 });
  for await (const _ of trainer.train());
  // The first epoch has the lowest loss: a rate of 1e-6 changes next to nothing.
  assert.equal(trainer.state.plateau?.scale, 0.125);
});

test('label smoothing changes the training loss, not that of the validation', async (t) => {
  const firstEpoch = async (labelSmoothing: number) => {
    const options = { labelSmoothing, optimizer: 'sgd', lr: 1e-9, epochs: 1, seed: 3 } as const;
    const { trainer } = await smallTrainer(t, options);
    for await (const event of trainer.train()) if (event.event === 'epoch') return event;
    throw new Error('no epoch');
  };
  const [plain, smooth] = [await firstEpoch(0), await firstEpoch(0.5)];
  assert.notEqual(smooth.loss, plain.loss);
  assert.ok(Math.abs(smooth.valLoss! - plain.valLoss!) < 1e-5);
});
