// How long it takes to save AlexNet after an epoch: the model (228 MB), then a checkpoint with Adam's moments of the
// classifier (437 MB beside the model).
//
//   node bench/saveSpeed.mjs [ROUNDS] [PAUSE]     default: 8 rounds, 4 seconds between them, as epochs have

import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { imageNetPreprocessing } from '../dist/data/transforms/preprocessing.js';
import { openEngine } from '../dist/engine/openEngine.js';
import { alexNet, alexNetWidths, dropoutShare } from '../dist/model/alexnet.js';
import { Network } from '../dist/model/network.js';
import { RunFolder } from '../dist/run/runFolder.js';
import { createOptimizer } from '../dist/training/optimization/optimizer.js';
import { newTraining } from '../dist/training/trainingState.js';

const [rounds = 8, seconds = 4] = process.argv.slice(2).map(Number);
const engine = await openEngine({ device: 'cpu', onMessage() {}, onProgress() {} });
const layers = alexNet({ classes: 2, widths: alexNetWidths });
const network = new Network(layers, engine);
const trained = network.parametersFrom(layers.findIndex(({ name }) => name === 'classifier.1'));
const optimizer = createOptimizer(
  engine,
  new Map(trained.map((name) => [name, network.parameters.get(name)])),
  { optimizer: 'adam', momentum: 0, weightDecay: 0 },
);
const description = {
  architecture: { name: 'alexnet', widths: alexNetWidths, dropout: dropoutShare },
  classes: ['Cat', 'Dog'],
  preprocessing: imageNetPreprocessing,
  training: {},
};

async function timed(work) {
  const [start, processor] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(processor);
  const used = (user + system) / 1e6;
  return `${((performance.now() - start) / 1000).toFixed(2)} s (${used.toFixed(2)} s of cores)`;
}

const parent = await mkdtemp(join(process.cwd(), '.saves-')); // on the disk that a run would be on
const run = await RunFolder.create(parent);
try {
  for (let step = 1; step <= rounds; step++) {
    const model = await timed(() => run.saveModel('last', network.state(), description, step));
    if (step === 1) await run.lastIsBest();
    const state = { ...newTraining(), best: { epoch: 1 } };
    const checkpoint = await timed(() =>
      run.checkpoint({ step, parameters: network.state(), optimizer: optimizer.state(), state, record: {} }),
    );
    console.log(`save ${step}: the model ${model}, the checkpoint ${checkpoint}`);
    await pause(1000 * seconds);
  }
} finally {
  await run.close();
  await rm(parent, { recursive: true });
}
