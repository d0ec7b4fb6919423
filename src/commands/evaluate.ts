// alexft evaluate: how good a model is on a folder of images.

import { join } from 'node:path';
import { scanProgress, silentContext } from '../core/context.js';
import { dataError, printable } from '../core/errors.js';
import { span } from '../core/spans.js';
import { labelsByName } from '../data/dataset.js';
import { inOrder } from '../data/sampler.js';
import { type ImageFolder, scanImageFolder } from '../data/scan.js';
import { openImages } from '../inference/openImages.js';
import { lookOf, type OpenModel, openModel } from '../inference/openModel.js';
import { type EvaluateOptions, evaluateOptions } from '../options/modelOptions.js';
import { withDefaults } from '../options/option.js';
import { requireData } from '../options/trainOptions.js';
import { type CommandContext, startProfile } from '../profile/profile.js';
import { lookOutOfMemory } from '../trainer/memoryFailure.js';
import { ImageSource } from '../training/batchSource.js';
import { mostProbable, predictSamples } from '../training/evaluateNetwork.js';
import { type ClassMetrics, type Confusion, classMetrics, emptyConfusion } from '../training/metrics.js';

export interface Evaluation {
  readonly images: number;
  /** Images that could not be read. */
  readonly skipped: number;
  readonly accuracy: number;
  /** The mean cross-entropy. */
  readonly loss: number;
  /** Of the model, in its order. */
  readonly classes: readonly string[];
  readonly perClass: Readonly<Record<string, ClassMetrics>>;
  readonly confusion: Confusion;
}

/** Classes are matched by name: one that the model does not know is an error, one that is absent is fine. */
export async function evaluate(
  given: Partial<EvaluateOptions>,
  context: CommandContext = silentContext,
): Promise<Evaluation> {
  const options = withDefaults(evaluateOptions, given);
  const data = requireData(options.data);
  const profile = await startProfile(options, context);
  try {
    return await evaluateFolder(data, options, context);
  } finally {
    await profile.end();
  }
}

async function evaluateFolder(
  data: string,
  options: EvaluateOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const onFound = scanProgress(context);
  const folder = await span('scan', 'files', () => scanImageFolder(data, { onFound }));
  for (const warning of folder.warnings) context.onMessage(warning);
  const opened = await openModel(options, folder.samples.length, context);
  try {
    return await evaluateModel(opened, folder, options, context);
  } finally {
    opened.network.dispose();
  }
}

async function evaluateModel(
  { engine, network, model }: OpenModel,
  folder: ImageFolder,
  options: EvaluateOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const { classes, preprocessing } = model;
  const labels = labelsByName(folder, { classes });
  const paths = folder.samples.map(({ path }) => join(folder.root, path));
  const loader = openImages(engine, paths, preprocessing, options.workers);
  const source = new ImageSource(loader, (index) => folder.samples[index]!.path);

  const confusion = emptyConfusion(classes.length);
  let loss = 0;
  let skipped = 0;
  let images = 0;
  try {
    const indices = paths.map((_, index) => index);
    for await (const item of predictSamples(network, source, inOrder(indices), options.batchSize)) {
      context.signal?.throwIfAborted();
      if (!('event' in item)) {
        const label = labels[item.index]!;
        confusion[label]![mostProbable(item.probabilities)]! += 1;
        loss -= item.logProbabilities[label]!;
        images += 1;
        context.onProgress('Evaluating', images + skipped, paths.length, 'images');
      } else if (item.event === 'skipped') {
        skipped += 1;
        context.onMessage(`Skipped ${printable(item.file)}: ${item.reason}`);
      }
    }
  } catch (error) {
    throw lookOutOfMemory(error, lookOf(network, engine, options, paths.length));
  } finally {
    await loader.close();
  }
  if (images === 0) throw dataError(`None of the ${skipped} images can be read.`);
  const correct = confusion.reduce((sum, row, index) => sum + row[index]!, 0);
  return {
    images,
    skipped,
    accuracy: correct / images,
    loss: loss / images,
    classes,
    perClass: Object.fromEntries(classes.map((name, index) => [name, classMetrics(confusion, index)])),
    confusion,
  };
}
