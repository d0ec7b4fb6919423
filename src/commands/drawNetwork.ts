// alexft inspect --filters and --activations: images of what a network looks for, and of what it makes of a photo.

import { basename } from 'node:path';
import { type CommandContext, silentContext } from '../core/context.js';
import { printable, usageError } from '../core/errors.js';
import { openLoader } from '../data/openLoader.js';
import { inOrder } from '../data/sampler.js';
import { activationSheet, photoSide } from '../drawing/activationSheet.js';
import { filterSheet } from '../drawing/filterSheet.js';
import { openWasm } from '../engine/wasm.js';
import { type Stage, strongestActivations } from '../model/activations.js';
import { inputPadding } from '../model/alexnet.js';
import { firstFilters, firstFiltersName } from '../model/firstFilters.js';
import { Network } from '../model/network.js';
import { type InspectOptions, inspectOptions } from '../options/modelOptions.js';
import { withDefaults } from '../options/option.js';
import { ImageSource, isEvent } from '../training/batchSource.js';
import { checkDrawnFile, fittedPhoto, isDrawnFile, writeDrawnFile } from './drawnFile.js';
import { type ShownNetwork, shownNetwork } from './shownNetwork.js';

export interface NetworkDrawings {
  /** Whose: a model, weights with a name, or `a fresh network`. */
  readonly network: string;
  readonly filters?: { readonly file: string; readonly kernels: number; readonly side: number };
  readonly activations?: {
    readonly file: string;
    readonly picture: string;
    readonly stages: readonly {
      readonly name: string;
      readonly type: string;
      /** Without the batch: [channels, height, width]. */
      readonly outputShape: readonly number[];
      /** The channels that are drawn, the strongest first. */
      readonly channels: readonly number[];
    }[];
  };
}

/** How many channels of each layer are drawn. */
const drawnChannels = 8;

/**
 * Draws what `--filters` and `--activations` ask for. `words`: the file for --activations, told by its ending, and the
 * model if not the newest. Nothing is fetched, and no native engine is needed.
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
      '--activations takes an image and, behind it, one file to write.',
      'For example: alexft inspect --activations photo.jpg layers.png',
    );
  }
  if (file !== undefined && file === filters) throw usageError('Both images are to go into one file.');
  const inputs = image === undefined ? [] : [image];
  for (const path of [filters, file]) if (path !== undefined) await checkDrawnFile(path, force, inputs);
  const models = words.filter((word) => !isDrawnFile(word));
  const network = await shownNetwork(models, given.weights, context);
  return {
    network: network.name,
    ...(filters !== undefined && { filters: await drawFilters(network, filters) }),
    ...(file !== undefined && { activations: await drawActivations(network, image!, file) }),
  };
}

async function drawFilters({ name, tensors }: ShownNetwork, file: string) {
  const kernels = firstFilters(tensors.get(firstFiltersName)!);
  const { count, side } = kernels;
  await writeDrawnFile(
    file,
    filterSheet(kernels, `features.0 of ${printable(name)}: ${count} kernels, ${side} × ${side}`),
  );
  return { file, kernels: count, side };
}

async function drawActivations(shown: ShownNetwork, image: string, file: string) {
  const photo = await fittedPhoto(image, image, photoSide);
  const engine = await openWasm();
  const network = new Network(shown.layers, engine, shown.tensors);
  await using loader = openLoader(engine, {
    ...{ preprocessing: shown.preprocessing, border: inputPadding, workers: 1 },
  });
  try {
    const stages: Stage[] = [];
    const source = new ImageSource(loader, [image], String);
    for await (const item of source.batches(inOrder([0]), 1)) {
      if (!isEvent(item)) stages.push(...strongestActivations(network, item.inputs, drawnChannels));
    }
    await writeDrawnFile(
      file,
      activationSheet(photo, [printable(basename(image)), `as ${printable(shown.name)} sees it`], stages),
    );
    return {
      file,
      picture: image,
      stages: stages.map(({ channels, ...stage }) => ({
        ...stage,
        channels: channels.map(({ index }) => index),
      })),
    };
  } finally {
    network.dispose();
  }
}
