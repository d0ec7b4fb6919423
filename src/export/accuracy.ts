// The accuracy of a model before and after its weights are quantized.

import type { Context } from '../core/context.js';
import { dataError, printable, UserError } from '../core/errors.js';
import { openLoader } from '../data/openLoader.js';
import { inOrder } from '../data/sampler.js';
import type { Engine } from '../engine/engine.js';
import { alexNet, inputPadding } from '../model/alexnet.js';
import { Network } from '../model/network.js';
import type { StateDict } from '../model/stateDict.js';
import { ImageSource } from '../training/batchSource.js';
import { type Score, scoreNetwork } from '../training/evaluateNetwork.js';
import type { Model } from '../weights/modelFile.js';
import type { QuantizationResult } from './proofResult.js';
import type { Quantization } from './quantize.js';

export interface LabelledImages {
  readonly paths: readonly string[];
  /** Indices of the model's classes. */
  readonly labels: readonly number[];
}

type Accuracy = NonNullable<QuantizationResult['accuracy']>;

/** The accuracy of `model` and of the same with the parameters `quantized`, computed by alexft's own network. */
export async function compareAccuracy(
  engine: Engine,
  model: Model,
  quantized: StateDict,
  images: LabelledImages,
  context: Context,
): Promise<Accuracy> {
  const original = await score(engine, model, model.tensors, images, context);
  if (original.images === 0)
    throw dataError(`None of the ${images.paths.length} validation images can be read.`);
  const once = { ...context, onMessage: () => {} }; // the same images are skipped again
  const other = await score(engine, model, quantized, images, once);
  return { images: original.images, original: original.accuracy, quantized: other.accuracy };
}

async function score(
  engine: Engine,
  { architecture, classes, preprocessing }: Model,
  tensors: StateDict,
  { paths, labels }: LabelledImages,
  { onMessage, onProgress, signal }: Context,
): Promise<Score> {
  const loader = { preprocessing, border: inputPadding, images: paths.length, workers: undefined };
  await using images = openLoader(engine, loader);
  const network = new Network(alexNet({ ...architecture, classes: classes.length }), engine, tensors);
  try {
    const source = new ImageSource(images, paths, (index) => paths[index]!);
    const options = {
      batchSize: 64,
      onPrediction: (_: unknown, done: number, total: number) =>
        onProgress('Evaluating', done, total, 'images'),
    };
    const scores = scoreNetwork(network, source, inOrder(paths.map((_, index) => index)), labels, options);
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await scores.next();
      if (done) return value;
      if (value.event === 'skipped') onMessage(`Skipped ${printable(value.file)}: ${value.reason}`);
    }
  } finally {
    network.dispose();
  }
}

/** Throws a UserError if accuracy falls by more than `maxLoss` percentage points. */
export function checkLoss(
  type: Quantization,
  { images, original, quantized }: Accuracy,
  maxLoss: number,
): void {
  const loss = (100 * Math.round((original - quantized) * images)) / images; // exact where it equals maxLoss
  if (loss <= maxLoss) return;
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  throw new UserError(
    `--quantize ${type} loses ${loss.toFixed(1)} percentage points of accuracy on ${images} images (from ` +
      `${percent(original)} to ${percent(quantized)}), more than --max-loss ${maxLoss}. Nothing was written.`,
    {
      hint: `Export ${type === 'int8' ? 'with --quantize float16, or ' : ''}without --quantize, or allow the loss with --max-loss.`,
    },
  );
}
