// The model of a command: --model, --weights, or the newest run.

import { type Context, mayFetch } from '../core/context.js';
import { dataError, usageError } from '../core/errors.js';
import type { PreprocessingOptions } from '../data/transforms/preprocessing.js';
import { newestModel } from '../run/runFiles.js';
import { type Model, readModel } from '../weights/modelFile.js';
import { modelOfWeights, withClassNames, withoutClassifier } from '../weights/modelOfWeights.js';
import { imagenetFeatures } from '../weights/namedWeights.js';
import { exactWeights } from '../weights/sources.js';

export interface ModelRequest {
  readonly model: string | undefined;
  readonly weights: string | undefined;
  /** Class names for `weights`. */
  readonly classes: readonly string[] | undefined;
  /** For `weights`. Default: squash. */
  readonly resize?: PreprocessingOptions['resize'] | undefined;
  readonly noSetup: boolean;
}

/**
 * The requested model or weights; without a request the newest complete run under `models/`. Throws a usage error where
 * both are given, and a data error where there is none, or the weights have no classifier.
 */
export async function resolveModel(options: ModelRequest, context: Context): Promise<Model> {
  if (options.weights === undefined) {
    if (options.classes) throw usageError('--classes is for --weights: a model contains its class names.');
    if (options.resize) throw usageError('--resize is for --weights: a model contains its preprocessing.');
    return await namedOrNewest(options.model, context);
  }
  if (options.model !== undefined) {
    throw usageError('--model and --weights are both given.', 'Name a model or weights, not both.');
  }
  if (options.weights === 'none') {
    throw usageError('--weights none has no classes.', 'Give imagenet, or a weights file with a classifier.');
  }
  if (options.weights === imagenetFeatures.name) throw withoutClassifier(options.weights); // and fetch nothing
  const weights = await exactWeights(options.weights, { ...context, offline: !mayFetch(options) });
  const { classes, resize } = options;
  const named = classes ? { ...weights, ...withClassNames(weights, classes, weights.name) } : weights;
  const { model, note } = modelOfWeights(named, resize);
  for (const each of [weights.note, note]) if (each !== undefined) context.onMessage(each);
  return model;
}

const namedOrNewest = async (given: string | undefined, context: Context): Promise<Model> =>
  await readModel(await modelPath(given, context));

/**
 * The given path, or that of the newest complete run, which is reported. Throws a data error if there is none; `hint`
 * says how a model is named.
 */
export async function modelPath(
  given: string | undefined,
  context: Context,
  hint = 'Name a model with --model',
): Promise<string> {
  const path = given ?? (await newestModel());
  if (path === undefined) {
    throw dataError(
      'There is no complete run under models/ in this folder.',
      `${hint}, or train one: alexft train --data DIR`,
    );
  }
  if (given === undefined) context.onMessage(`Using the newest model, ${path}`);
  return path;
}
