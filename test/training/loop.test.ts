// The loop on a narrow network and drawn images, on each engine.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { ImageLoader } from '../../dist/data/imageLoader.js';
import { trainingSamples } from '../../dist/data/sampler.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { alexNet, firstTrainable, type Trainable } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { Network } from '../../dist/model/network.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { ImageSource } from '../../dist/training/batchSource.js';
import type { EpochEvent, LoopEvent } from '../../dist/training/events.js';
import { MemoryRows } from '../../dist/training/features/featureRows.js';
import { FeatureSource, featureLayer } from '../../dist/training/features/featureSource.js';
import { type LoopOptions, trainLoop } from '../../dist/training/loop.js';
import { createOptimizer } from '../../dist/training/optimization/optimizer.js';
import type { OptimizerOptions } from '../../dist/training/optimization/optimizerOptions.js';
import { learningRateOf, type ScheduleOptions } from '../../dist/training/optimization/schedule.js';
import { seededRandomness } from '../../dist/training/randomness.js';
import { newTraining } from '../../dist/training/trainingState.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines, open, type TestDevice } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';

type Options = LoopOptions & ScheduleOptions & OptimizerOptions & { clipNorm: number | undefined };

const defaults: Options = {
  epochs: 3,
  batchSize: 8,
  earlyStop: 0,
  clipNorm: undefined,
  optimizer: 'adam',
  momentum: 0.9,
  weightDecay: 0,
  lr: 2e-3,
  schedule: 'constant',
  warmup: 0,
  scheduleEpochs: 3,
};

interface Run {
  folder: { paths: string[]; labels: number[] };
  device: TestDevice;
  trainable?: Trainable;
  options?: Partial<Options>;
  keepFeatures?: boolean;
  dropout?: number;
  seed?: number;
  augment?: string;
  signal?: AbortSignal;
  onEvent?: (event: LoopEvent, handles: number) => void;
}

/** Trains; every fifth image is for validation. Gives the events and the state at the end. */
async function run({ folder, device, trainable = 'all', keepFeatures = true, dropout = 0.5, ...rest }: Run) {
  const engine = await open(device);
  const widths = { convolutions: [4, 8, 8, 8, 8], hidden: [32, 16] } as const;
  const layers = alexNet({ classes: Math.max(...folder.labels) + 1, widths, dropout });
  const network = new Network(layers, engine, initialState(layers, new MersenneTwister(0)));
  const first = firstTrainable(layers, trainable)!;
  const loader = new ImageLoader({
    preprocessing: imageNetPreprocessing,
    border: 2,
    workers: 2,
    ahead: false,
  });
  const images = new ImageSource(loader, folder.paths, (index) => folder.paths[index]!);
  const events: LoopEvent[] = [];
  const samples = folder.paths.map((_, i) => i);
  const options = { ...defaults, ...rest.options };
  const trained = new Map(network.parametersFrom(first).map((name) => [name, network.parameters.get(name)!]));
  const optimizer = createOptimizer(engine, trained, options);
  const layer = featureLayer(network.layers, first);
  const training = trainLoop({
    network,
    first,
    optimizer,
    state: newTraining(),
    source:
      keepFeatures && layer > 0 ? new FeatureSource(images, network, layer, new MemoryRows(1e9)) : images,
    labels: folder.labels,
    randomness: seededRandomness({
      engine,
      train: samples.filter((i) => i % 5 !== 0),
      validation: samples.filter((i) => i % 5 === 0),
      seed: rest.seed ?? 0,
      augment: rest.augment ?? 'flip',
    }),
    options,
    learningRate: learningRateOf(options),
    signal: rest.signal,
  });
  try {
    for await (const event of training) {
      events.push(event);
      rest.onEvent?.(event, engine.handles());
    }
    const values = Array.from(network.state(), ([name, { shape, data }]) => [name, { shape, data }] as const);
    return { events, state: new Map(values) };
  } finally {
    await loader[Symbol.asyncDispose]();
    optimizer.dispose();
    network.dispose();
  }
}

const epochsOf = (events: LoopEvent[]) =>
  events.filter((event): event is EpochEvent => event.event === 'epoch');
const withoutTimes = (events: LoopEvent[]) =>
  events.map((event) => (event.event === 'epoch' ? { ...event, seconds: 0 } : event));

for (const { device, skip } of await engines()) {
  test(`learns colours (${device})`, { skip }, async (t) => {
    const folder = await drawFolder(await temporaryFolder(t), [20, 20]);
    const { events } = await run({ folder, device, dropout: 0, options: { epochs: 6 } });
    const epochs = epochsOf(events);
    assert.equal(epochs.length, 6);
    assert.equal(events.filter(({ event }) => event === 'step').length, 6 * 4);
    assert.ok(epochs[5]!.loss < epochs[0]!.loss / 2, `${epochs[0]!.loss} to ${epochs[5]!.loss}`);
    assert.equal(epochs[5]!.valAccuracy, 1);
    assert.ok(epochs[0]!.best);
  });

  test(`the same seed gives the same bits, another seed does not (${device})`, { skip }, async (t) => {
    const folder = await drawFolder(await temporaryFolder(t), [8, 8]);
    const task = { folder, device, options: { epochs: 2 } } as const;
    const [first, second] = [await run(task), await run(task)];
    assert.deepEqual(withoutTimes(second.events), withoutTimes(first.events));
    assert.deepEqual(second.state, first.state);
    const other = await run({ ...task, options: { epochs: 2 }, seed: 1 });
    assert.notDeepEqual(withoutTimes(other.events), withoutTimes(first.events));
  });

  for (const trainable of ['head', 'classifier', 'features.8'] as const) {
    test(`frozen layers stay, and kept features change nothing: ${trainable} (${device})`, {
      skip,
    }, async (t) => {
      const folder = await drawFolder(await temporaryFolder(t), [8, 7]);
      const task = { folder, device, trainable } as const;
      const kept = await run(task);
      const computed = await run({ ...task, keepFeatures: false });
      const told = (events: LoopEvent[]) => withoutTimes(events).filter(({ event }) => event !== 'features');
      assert.deepEqual(told(kept.events), told(computed.events));
      assert.deepEqual(kept.state, computed.state);

      const layers = alexNet({
        classes: 2,
        widths: { convolutions: [4, 8, 8, 8, 8], hidden: [32, 16] },
      });
      const start = initialState(layers, new MersenneTwister(0));
      const first = firstTrainable(layers, trainable)!;
      for (const [name, { data }] of kept.state) {
        const index = layers.findIndex((layer) => name.startsWith(`${layer.name}.`));
        const before = start.get(name)!.data;
        assert.equal(isDeepStrictEqual(data, before), index < first, name);
      }
    });
  }

  test(`features are computed once for each image and transform (${device})`, { skip }, async (t) => {
    const folder = await drawFolder(await temporaryFolder(t), [10, 10]);
    const epochs = 12;
    const { events } = await run({ folder, device, trainable: 'classifier', options: { epochs } });
    let computed = 0;
    let before = 0;
    for (const event of events) {
      if (event.event === 'features') {
        computed += event.done - (event.done > before ? before : 0);
        before = event.done;
      } else if (event.event === 'epoch') before = 0; // validation counts from 0 too, with fewer images
    }
    const sampled = new Set<string>();
    const train = [...folder.paths.keys()].filter((i) => i % 5 !== 0);
    for (let epoch = 1; epoch <= epochs; epoch++) {
      for (const { index, transform } of trainingSamples(train, { seed: 0, epoch, augment: 'flip' })) {
        sampled.add(`${index} ${transform.flip}`);
      }
    }
    assert.ok(sampled.size > train.length, 'both transforms of some images');
    assert.equal(computed, sampled.size + (folder.paths.length - train.length));
  });

  test(`nothing leaks from epoch to epoch (${device})`, { skip }, async (t) => {
    const folder = await drawFolder(await temporaryFolder(t), [10, 10]);
    for (const trainable of ['all', 'classifier'] as const) {
      const handles: number[] = [];
      await run({
        folder,
        device,
        trainable,
        options: { epochs: 5 },
        onEvent: (event, now) => {
          if (event.event === 'epoch') handles.push(now);
        },
      });
      assert.deepEqual(new Set(handles).size, 1, `${trainable}: ${handles}`);
    }
  });

  test(`an unreadable image is reported once and left out (${device})`, { skip }, async (t) => {
    const folder = await drawFolder(await temporaryFolder(t), [10, 10]);
    await writeFile(folder.paths[1]!, 'no image');
    await writeFile(folder.paths[5]!, 'nor this');
    const { events } = await run({ folder, device });
    const skipped = events.flatMap((event) => (event.event === 'skipped' ? [event.file] : []));
    assert.deepEqual(skipped, [folder.paths[1], folder.paths[5]]);
    assert.equal(epochsOf(events).length, 3);
  });

  test(`the signal ends the training after its step (${device})`, { skip }, async (t) => {
    const folder = await drawFolder(await temporaryFolder(t), [10, 10]);
    const controller = new AbortController();
    const { events } = await run({
      folder,
      device,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.event === 'step' && event.step === 3) controller.abort();
      },
    });
    assert.equal(events.filter(({ event }) => event === 'step').length, 3);
    assert.equal(epochsOf(events).length, 1);
  });

  test(`early stopping waits for its patience (${device})`, { skip }, async (t) => {
    const folder = await drawFolder(await temporaryFolder(t), [5, 5]);
    // A learning rate at which nothing improves: the first epoch's loss stays the lowest.
    const { events } = await run({ folder, device, options: { epochs: 20, lr: 1e-30, earlyStop: 2 } });
    assert.ok(epochsOf(events).length <= 4);
    assert.ok(epochsOf(events).length >= 3);
  });
}
