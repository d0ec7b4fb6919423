// Whether a checkpoint is one of the training that is to go on from it. Its sums say that its bytes are those that were
// written; for another network, optimizer or set of images it would be silently wrong.

import { dataError, printable } from '../core/errors.js';
import type { TrainingSet } from '../data/dataset.js';
import { type Layer, parameterShapes } from '../model/layers.js';
import type { ResolvedTrainOptions } from '../options/trainOptions.js';
import { momentNames } from '../training/optimizer.js';
import { misfitsOf } from '../weights/match.js';
import type { ResumedRun } from './resume.js';

interface Training {
  readonly layers: readonly Layer[];
  /** The index of the first layer that is trained. */
  readonly first: number;
  readonly set: TrainingSet;
  readonly options: ResolvedTrainOptions;
}

/** Throws a data error that names the first thing that does not fit. */
export function requireFits({ folder, saved }: ResumedRun, { layers, first, set, options }: Training): void {
  if (!saved) return;
  const moments = layers
    .slice(first)
    .flatMap(parameterShapes)
    .flatMap(([name, shape]) => momentNames(options).map((kind) => [`${kind}.${name}`, shape] as const));
  const [misfit] = [
    ...misfitsOf(new Map(layers.flatMap(parameterShapes)), saved.parameters),
    ...misfitsOf(new Map(moments), saved.optimizer.tensors),
    ...misplaced(saved, set, options),
  ];
  if (misfit === undefined) return;
  throw dataError(
    `The checkpoint of step ${saved.step} in '${printable(folder)}' is not of this training: ${misfit}.`,
    'Start another run: with --weights it can begin from the model of this one.',
  );
}

/** A place that the training never comes to, or an image that it does not have. */
function* misplaced(
  { step, state, record }: NonNullable<ResumedRun['saved']>,
  { train, names }: TrainingSet,
  { batchSize }: ResolvedTrainOptions,
): Generator<string> {
  const steps = Math.ceil(train.length / batchSize);
  if (state.batches > steps) yield `it has done ${state.batches} batches of an epoch of ${steps}`;
  // Steps are counted by their place, so those of which nothing could be read count as well.
  const place = (state.epoch - 1) * steps + state.batches;
  if (step > place) yield `step ${step} does not come before batch ${state.batches} of epoch ${state.epoch}`;
  const known = new Set(names);
  const stranger = record.skipped.find(({ file }) => !known.has(file));
  if (stranger) yield `it left out '${printable(stranger.file)}', which is none of its images`;
}
