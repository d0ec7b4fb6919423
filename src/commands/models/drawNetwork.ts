// alexft inspect --filters and --activations.

import { stat } from 'node:fs/promises';
import { silentContext } from '../../core/context.js';
import { printable, usageError } from '../../core/errors.js';
import { checkDrawnFile, isDrawnFile } from '../../drawing/imageOutput.js';
import {
  drawActivations,
  drawFilters,
  type FeatureNetwork,
  freshFeatures,
  readModelFeatures,
  readWeightsFeatures,
} from '../../inference/networkImages.js';
import { type InspectOptions, inspectOptions } from '../../options/modelOptions.js';
import { withDefaults } from '../../options/option.js';
import type { CommandContext } from '../../profile/context.js';
import { newestModel } from '../../run/runFiles.js';
import { resolveWeightsFile } from '../../weights/sources.js';

export interface NetworkDrawings {
  /** The model's path, the name of the weights, or `a fresh network`. */
  readonly network: string;
  readonly filters?: { readonly file: string; readonly kernels: number; readonly side: number };
  readonly activations?: {
    readonly file: string;
    readonly picture: string;
    readonly stages: readonly {
      readonly name: string;
      readonly type: string;
      /** Without the batch dimension: [channels, height, width]. */
      readonly outputShape: readonly number[];
      /** The channels in the image, the strongest first. */
      readonly channels: readonly number[];
    }[];
  };
}

/** The channels of each layer in an image of activations. */
const drawnChannels = 8;

/**
 * Writes the images of `--filters` and `--activations`. `words` are the output file of --activations, recognized by its
 * extension, and a model. Downloads nothing and needs no native engine.
 */
export async function drawNetwork(
  words: readonly string[],
  given: Partial<InspectOptions>,
  context: CommandContext = silentContext,
): Promise<NetworkDrawings> {
  const { filters, activations: image, force } = withDefaults(inspectOptions, given);
  const [file, ...others] = words.filter(isDrawnFile);
  if ((image === undefined) !== (file === undefined) || others.length > 0) {
    throw usageError(
      'Expected --activations with an image, followed by one output file.',
      'For example: alexft inspect --activations photo.jpg layers.png',
    );
  }
  if (file !== undefined && file === filters) {
    throw usageError(`Expected two output files but received '${printable(file)}' twice.`);
  }
  const inputs = image === undefined ? [] : [image];
  for (const path of [filters, file]) if (path !== undefined) await checkDrawnFile(path, force, inputs);
  const models = words.filter((word) => !isDrawnFile(word));
  const network = await openFeatures(models, given.weights, context);
  return {
    network: network.name,
    ...(filters !== undefined && { filters: { file: filters, ...(await drawFilters(network, filters)) } }),
    ...(file !== undefined && {
      activations: {
        file,
        picture: image!,
        stages: (await drawActivations(network, image!, drawnChannels, file)).map(
          ({ channels, ...stage }) => ({
            ...stage,
            channels: channels.map(({ index }) => index),
          }),
        ),
      },
    }),
  };
}

/** The named model, else the weights, else the newest model under `models/`, else a fresh network. */
async function openFeatures(
  words: readonly string[],
  weights: InspectOptions['weights'] | undefined,
  { onMessage }: CommandContext,
): Promise<FeatureNetwork> {
  const [word, ...more] = words;
  if (more.length > 0) throw usageError(`Expected one model but received ${words.length}.`);
  if (word !== undefined && weights !== undefined) {
    throw usageError('Expected a model or --weights but received both.', 'Omit one of them.');
  }
  if (word !== undefined && !(await stat(word).catch(() => undefined))) {
    throw usageError(
      `The model '${printable(word)}' does not exist.`,
      'Name a run folder or a model file, or weights with --weights.',
    );
  }
  if (weights !== undefined && weights !== 'none') {
    return await readWeightsFeatures(await resolveWeightsFile(weights), weights, onMessage);
  }
  const model = word ?? (weights === undefined ? await newestModel() : undefined);
  if (model === undefined) {
    onMessage(
      'No model is named: drawing the random initial weights of a fresh network. Name a model, or try --weights imagenet-features.',
    );
    return freshFeatures();
  }
  if (word === undefined) onMessage(`Using the newest model, ${printable(model)}`);
  return await readModelFeatures(model);
}
