// Where a training starts: at its beginning, or where a checkpoint was taken.

import type { Context as CommandContext } from '../core/context.js';
import type { TrainingSet } from '../data/dataset.js';
import type { Engine } from '../engine/engine.js';
import { alexNet, firstTrainable, type Widths } from '../model/alexnet.js';
import { initialState } from '../model/initialState.js';
import { Network } from '../model/network.js';
import type { ResolvedTrainOptions } from '../options/trainOptions.js';
import { MersenneTwister } from '../random/generator.js';
import { requireFits } from '../run/checkpointFit.js';
import type { ResumedRun } from '../run/resume.js';
import { createOptimizer, type Optimizer } from '../training/optimizer.js';
import { type Randomness, seededRandomness } from '../training/randomness.js';
import { generatorAfterSplit, torchRandomness } from '../training/torchRandomness.js';
import { newTraining, type TrainingState } from '../training/trainingState.js';
import { startingNetwork } from './initialNetwork.js';

export interface StartingPoint {
  readonly network: Network;
  /** The index of the first layer that is trained. */
  readonly first: number;
  /** The weights that the training began with: `imagenet`, `imagenet-features`, `none`, or a path. */
  readonly weights: string;
  readonly optimizer: Optimizer;
  readonly randomness: Randomness;
  readonly state: TrainingState;
  /** Gives back the engine's memory. */
  dispose(): void;
}

interface Training {
  readonly set: TrainingSet;
  readonly widths: Widths;
  readonly options: ResolvedTrainOptions;
  readonly resumed: ResumedRun | undefined;
}

/** Makes the network, its optimizer, and the source of its randomness, which go on as if they had never stopped. */
export async function startingPoint(
  engine: Engine,
  { set, widths, options, resumed }: Training,
  context: CommandContext,
): Promise<StartingPoint> {
  const torch = options.reference === 'torch';
  const generator = torch
    ? generatorAfterSplit(options.seed, set.paths.length)
    : new MersenneTwister(options.seed);
  const size = { classes: set.classes.length, widths };
  const saved = resumed?.saved;
  let network: Network;
  let weights: string;
  if (saved) {
    const layers = alexNet(size);
    requireFits(resumed, { layers, first: firstTrainable(layers, options.trainable)!, set, options });
    // With all values given, what is left of it is to draw past them.
    network = new Network(layers, engine, initialState(layers, generator, saved.parameters));
    weights = resumed.weights;
  } else {
    ({ network, weights } = await startingNetwork(engine, { ...size, generator }, options, context));
  }
  const { layers } = network;
  const first = firstTrainable(layers, options.trainable)!;
  const trained = new Map(network.parametersFrom(first).map((name) => [name, network.parameters.get(name)!]));
  const optimizer = createOptimizer(engine, trained, options, saved?.optimizer);
  // They are the engine's now: hundreds of megabytes that would stay as long as the run.
  saved?.parameters.clear();
  saved?.optimizer.tensors.clear();
  const chance = { ...options, ...set, engine, generator, layers };
  return {
    network,
    first,
    weights,
    optimizer,
    randomness: torch ? torchRandomness(chance) : seededRandomness(chance),
    state: saved?.state ?? newTraining(),
    dispose: () => {
      optimizer.dispose();
      network.dispose();
    },
  };
}
