// A predictor: opened once, it predicts for images that arrive later.

import { collectGarbage } from '../core/collectGarbage.js';
import type { Context } from '../core/context.js';
import { mayFetch } from '../core/context.js';
import { Resources } from '../core/resources.js';
import { span } from '../core/spans.js';
import { counted } from '../core/text.js';
import type { ImageFile } from '../data/imageFile.js';
import type { ImageLoader } from '../data/imageLoader.js';
import { openLoader } from '../data/openLoader.js';
import { inOrder } from '../data/sampler.js';
import type { Device } from '../engine/device.js';
import type { Engine } from '../engine/engine.js';
import { openEngine } from '../engine/openEngine.js';
import type { Precision } from '../engine/precision.js';
import { alexNet, inputPadding } from '../model/alexnet.js';
import { Network } from '../model/network.js';
import { placeOfTensors, requireMemoryForInference } from '../trainer/memoryCheck.js';
import { inferenceOutOfMemory } from '../trainer/memoryFailure.js';
import { ImageSource } from '../training/batchSource.js';
import { mostProbable, type Prediction, predictSamples } from '../training/evaluateNetwork.js';
import type { Model } from '../weights/modelFile.js';
import type { ImageAnswer } from './predictResult.js';
import { type ModelRequest, resolveModel } from './resolveModel.js';

export interface PredictorOptions extends ModelRequest {
  readonly device: Device;
  readonly threads: number | undefined;
  readonly precision: Precision;
  readonly workers: number | undefined;
  readonly batchSize: number;
  /** The option that sets it, for messages. Default: --batch-size. */
  readonly batchFlag?: string;
  /** Images with more pixels are unreadable. Default: the decoder's limit. */
  readonly maxPixels?: number;
}

/** The prediction for an image, or why it can't be read. `index`: among the images of the call. */
export type Outcome = Prediction | { readonly index: number; readonly unreadable: string };

export interface Predictor extends AsyncDisposable {
  readonly model: Omit<Model, 'tensors'>;
  readonly engine: Engine;
  readonly network: Network;
  readonly loader: ImageLoader;
  /** One outcome for each of `files`, in their order. One call at a time. */
  predict(files: readonly ImageFile[]): AsyncGenerator<Outcome>;
}

/**
 * Opens the requested model, or the newest one, and an engine. `images`: how many there will be, where that is known.
 * Throws a UserError where the model, the engine or the memory is missing.
 */
export async function openPredictor(
  options: PredictorOptions,
  images: number | undefined,
  context: Context,
): Promise<Predictor> {
  const { batchSize, workers, maxPixels } = options;
  const resources = new Resources();
  try {
    const { tensors, ...model } = await span('read the model', 'files', () => resolveModel(options, context));
    const engine = await openEngine({ ...context, ...options, setup: mayFetch(options) });
    const layers = alexNet({ ...model.architecture, classes: model.classes.length });
    const { batchFlag } = options;
    const task = { layers, batchSize, batchFlag, images: images ?? batchSize };
    requireMemoryForInference(engine, task, context);
    const network = span('make the network', 'other', () => new Network(layers, engine, tensors));
    resources.add(() => network.dispose());
    tensors.clear();
    collectGarbage(); // the engine has the values now
    const { preprocessing } = model;
    const loader = openLoader(engine, {
      preprocessing,
      border: inputPadding,
      workers,
      maxPixels,
      ...(images && { images }),
    });
    resources.add(() => loader[Symbol.asyncDispose]());
    return {
      ...{ model, engine, network, loader },
      async *predict(files) {
        try {
          const before = loader.clipped;
          yield* outcomes(network, new ImageSource(loader, files, String), files.length, batchSize);
          const clipped = loader.clipped - before;
          if (clipped > 0) context.onMessage(clippedWarning(clipped));
        } catch (error) {
          throw inferenceOutOfMemory(error, { ...task, ...placeOfTensors(engine) });
        }
      },
      [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose](),
    };
  } catch (error) {
    await resources[Symbol.asyncDispose]();
    throw error;
  }
}

/** The outcome by the names of the classes, or the reason why there is none. */
export function answerOf(outcome: Outcome, classes: readonly string[]): ImageAnswer {
  if ('unreadable' in outcome) return { error: outcome.unreadable };
  const { probabilities } = outcome;
  const best = mostProbable(probabilities);
  return {
    label: classes[best]!,
    probability: probabilities[best]!,
    probabilities: Object.fromEntries(classes.map((name, index) => [name, probabilities[index]!])),
  };
}

const clippedWarning = (count: number): string =>
  `${counted(count, 'image')} in 16-bit grey: values above 255 of 65535 became white, as in Pillow. ` +
  'A model that is trained with --grey16 scale scales them.';

async function* outcomes(
  network: Network,
  source: ImageSource,
  images: number,
  batchSize: number,
): AsyncGenerator<Outcome> {
  const reasons = new Map<number, string>();
  let next = 0;
  // Unreadable images are reported before their batch: here they get their place.
  const unreadableBefore = function* (index: number): Generator<Outcome> {
    for (; next < index; next++) yield { index: next, unreadable: reasons.get(next)! };
  };
  const samples = inOrder(Array.from({ length: images }, (_, index) => index));
  for await (const item of predictSamples(network, source, samples, batchSize)) {
    if ('event' in item) {
      if (item.event === 'skipped') reasons.set(Number(item.file), item.reason);
      continue;
    }
    yield* unreadableBefore(item.index);
    next += 1;
    yield item;
  }
  yield* unreadableBefore(images);
}
