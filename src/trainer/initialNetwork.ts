// The network that a training starts with: that of the checkpoint, or AlexNet with the requested weights.

import { type Context, mayFetch } from '../core/context.js';
import { printable, usageError } from '../core/errors.js';
import type { Engine } from '../engine/engine.js';
import { alexNet, firstTrainable, headName } from '../model/alexnet.js';
import { initialState } from '../model/initialState.js';
import { parameterShapes } from '../model/layers.js';
import { Network } from '../model/network.js';
import type { StateDict } from '../model/stateDict.js';
import type { MersenneTwister } from '../random/generator.js';
import { requireFits } from '../run/checkpoint/checkpointFit.js';
import type { TrainConfig } from '../training/config.js';
import { matchStateDict } from '../weights/match.js';
import { resolveWeights } from '../weights/sources.js';
import type { TrainerRequest } from './trainerRequest.js';

interface NetworkToTrain {
  readonly network: Network;
  /** The index of the first trained layer. */
  readonly first: number;
  /** `imagenet`, `imagenet-features`, `none`, or a path. */
  readonly weights: string;
}

/** Makes the network. Values that the weights do not have are drawn from `generator`. */
export async function networkToTrain(
  engine: Engine,
  generator: MersenneTwister,
  { dataset, config, widths, saved, startWeights }: TrainerRequest,
  context: Context,
): Promise<NetworkToTrain> {
  const layers = alexNet({ classes: dataset.classes.length, widths });
  const first = firstTrainable(layers, config.trainable)!;
  if (saved) {
    requireFits(saved, { layers, first, dataset, config });
    // It has all values: this only moves the generator past the first ones.
    const network = new Network(layers, engine, initialState(layers, generator, saved.parameters));
    saved.parameters.clear(); // hundreds of megabytes, which the engine has now
    return { network, first, weights: startWeights ?? config.weights };
  }
  const { known, weights } = await requestedWeights(layers, first, config, context);
  return { network: new Network(layers, engine, initialState(layers, generator, known)), first, weights };
}

async function requestedWeights(
  layers: ReturnType<typeof alexNet>,
  first: number,
  config: TrainConfig,
  context: Context,
): Promise<{ known: StateDict; weights: string }> {
  const { trainable } = config;
  const source = await resolveWeights(config.weights, { ...context, offline: !mayFetch(config) });
  if (source.note) context.onMessage(source.note);

  const wanted = new Map(layers.flatMap(parameterShapes));
  const { loaded, fresh, notes } =
    source.name === 'none'
      ? { loaded: [], fresh: [...wanted.keys()], notes: [] }
      : matchStateDict(wanted, source.tensors, source.name);
  for (const note of notes) context.onMessage(note);

  const frozen = layers
    .slice(0, first)
    .flatMap(parameterShapes)
    .map(([name]) => name);
  const untrained = frozen.find((name) => fresh.includes(name));
  // Frozen random convolutions are allowed where no weights were requested; a head on random layers is a mistake.
  if (untrained && (source.name !== 'none' || trainable === 'head')) {
    throw usageError(
      `--trainable ${trainable} freezes '${untrained}', which the weights '${printable(source.name)}' do not have: ` +
        'it would stay random.',
      trainable === 'head'
        ? `Train fc6 and fc7 too: --trainable classifier. ('head' trains only ${headName}.)`
        : 'Train more layers, or start from weights that have the frozen ones.',
    );
  }
  return { known: new Map(loaded.map((name) => [name, source.tensors.get(name)!])), weights: source.name };
}
