// The network that a training starts from: AlexNet for these classes, with the weights that were asked for.

import { type Context as CommandContext, mayFetch } from '../core/context.js';
import { printable, usageError } from '../core/errors.js';
import type { Engine } from '../engine/engine.js';
import { alexNet, firstTrainable, headName, parameterShapes, type Widths } from '../model/alexnet.js';
import { initialState } from '../model/initialState.js';
import { Network } from '../model/network.js';
import type { ResolvedTrainOptions } from '../options/trainOptions.js';
import type { MersenneTwister } from '../random/generator.js';
import { matchStateDict } from '../weights/match.js';
import { resolveWeights } from '../weights/sources.js';

export interface StartingNetwork {
  readonly network: Network;
  /** The weights that were taken: `imagenet`, `imagenet-features`, `none`, or a path. */
  readonly weights: string;
}

/** Makes the network. What no weights are had for is drawn from `generator`. */
export async function startingNetwork(
  engine: Engine,
  { classes, widths, generator }: { classes: number; widths: Widths; generator: MersenneTwister },
  options: ResolvedTrainOptions,
  context: CommandContext,
): Promise<StartingNetwork> {
  const { trainable } = options;
  const layers = alexNet({ classes, widths });
  const source = await resolveWeights(options.weights, { ...context, offline: !mayFetch(options) });
  if (source.note) context.onMessage(source.note);

  const wanted = new Map(layers.flatMap(parameterShapes));
  const { loaded, fresh, notes } =
    source.name === 'none'
      ? { loaded: [], fresh: [...wanted.keys()], notes: [] }
      : matchStateDict(wanted, source.tensors, source.name);
  for (const note of notes) context.onMessage(note);

  const first = firstTrainable(layers, trainable)!;
  const frozenFresh = layers
    .slice(0, first)
    .flatMap(parameterShapes)
    .map(([name]) => name);
  const untrained = frozenFresh.find((name) => fresh.includes(name));
  // Who asks for no weights at all may freeze random convolutions; a head on nothing but noise is a mistake.
  if (untrained && (source.name !== 'none' || trainable === 'head')) {
    throw usageError(
      `--trainable ${trainable} freezes '${untrained}', which the weights '${printable(source.name)}' do not have: ` +
        'it would stay random.',
      trainable === 'head'
        ? `Train fc6 and fc7 too: --trainable classifier. (Only ${headName} learns with 'head'.)`
        : 'Train more layers, or start from weights that have those that are frozen.',
    );
  }
  const known = new Map(loaded.map((name) => [name, source.tensors.get(name)!]));
  return {
    network: new Network(layers, engine, initialState(layers, generator, known)),
    weights: source.name,
  };
}
