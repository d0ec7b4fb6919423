// A thousand steps: neither the engine's handles nor the memory of the process grows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImageLoader } from '../../dist/data/imageLoader.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { alexNet, firstTrainable } from '../../dist/model/alexnet.js';
import { initialState } from '../../dist/model/initialState.js';
import { Network } from '../../dist/model/network.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { ImageSource } from '../../dist/training/batchSource.js';
import { MemoryRows } from '../../dist/training/features/featureRows.js';
import { FeatureSource, featureLayer } from '../../dist/training/features/featureSource.js';
import { trainLoop } from '../../dist/training/loop.js';
import { createOptimizer } from '../../dist/training/optimization/optimizer.js';
import { seededRandomness } from '../../dist/training/randomness.js';
import { newTraining } from '../../dist/training/trainingState.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines, open } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';

const steps = 1000;
const megabyte = 2 ** 20;

for (const { device, skip } of await engines()) {
  for (const trainable of device === 'wasm' ? (['classifier'] as const) : (['all', 'classifier'] as const)) {
    test(`a thousand steps leave memory as it was: ${trainable} (${device})`, { skip }, async (t) => {
      const { paths, labels } = await drawFolder(await temporaryFolder(t), [20, 20]);
      const engine = await open(device);
      const widths = { convolutions: [2, 2, 2, 2, 2], hidden: [512, 64] } as const;
      const layers = alexNet({ classes: 2, widths });
      const network = new Network(layers, engine, initialState(layers, new MersenneTwister(0)));
      const first = firstTrainable(layers, trainable)!;
      const preprocessing = imageNetPreprocessing;
      const loader = new ImageLoader({
        preprocessing,
        border: 2,
        workers: 2,
        ahead: false,
      });
      const images = new ImageSource(loader, paths, String);
      const layer = featureLayer(network.layers, first);
      const source = layer === 0 ? images : new FeatureSource(images, network, layer, new MemoryRows(1e9));
      const options = { epochs: steps / 10, batchSize: 4, earlyStop: 0 } as const;
      const trained = new Map(
        network.parametersFrom(first).map((name) => [name, network.parameters.get(name)!]),
      );
      const adam = { optimizer: 'adam', momentum: 0, weightDecay: 0 } as const;
      const optimizer = createOptimizer(engine, trained, adam);
      const training = trainLoop({
        network,
        first,
        optimizer,
        state: newTraining(),
        source,
        labels,
        randomness: seededRandomness({
          engine,
          train: [...paths.keys()],
          validation: [],
          seed: 0,
          augment: 'flip',
        }),
        learningRate: () => 1e-4,
        options,
      });
      const handles = new Set<number>();
      const resident: number[] = [];
      for await (const event of training) {
        if (event.event !== 'epoch') continue;
        handles.add(engine.handles());
        resident.push(process.memoryUsage().rss / megabyte);
      }
      await loader[Symbol.asyncDispose]();
      optimizer.dispose();
      network.dispose();
      assert.equal(handles.size, 1, `handles: ${[...handles]}`);
      // Garbage comes and goes, and V8's heap finds its size: the highest of the last quarter against that of the
      // second. A batch that leaked at every step would show as 1,200 MB.
      const highest = (from: number, to: number) =>
        Math.max(...resident.slice(from * resident.length, to * resident.length));
      const growth = highest(0.75, 1) - highest(0.25, 0.5);
      t.diagnostic(`resident ${highest(0.25, 0.5).toFixed(0)} MB, then ${highest(0.75, 1).toFixed(0)} MB`);
      assert.ok(growth < 80, `${growth.toFixed(0)} MB more after the last steps`);
    });
  }
}
