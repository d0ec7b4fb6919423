// Whether a checkpoint belongs to the training that resumes from it: for another network, optimizer or dataset the
// result would be silently wrong.

import { dataError, printable } from '../../core/errors.js';
import type { TrainingSet } from '../../data/dataset/dataset.js';
import { type Layer, parameterShapes } from '../../model/layers.js';
import type { TrainConfig } from '../../training/config.js';
import { momentNames } from '../../training/optimization/optimizer.js';
import { misfitsOf } from '../../weights/match.js';
import type { Saved } from '../run.js';

interface Training {
  readonly layers: readonly Layer[];
  /** The index of the first trained layer. */
  readonly first: number;
  readonly dataset: TrainingSet;
  readonly config: TrainConfig;
}

/** Throws a data error that names the first thing that does not fit. */
export function requireFits(saved: Saved, { layers, first, dataset, config }: Training): void {
  const moments = layers
    .slice(first)
    .flatMap(parameterShapes)
    .flatMap(([name, shape]) => momentNames(config).map((kind) => [`${kind}.${name}`, shape] as const));
  const [misfit] = [
    ...misfitsOf(new Map(layers.flatMap(parameterShapes)), saved.parameters),
    ...misfitsOf(new Map(moments), saved.optimizer.tensors),
    ...misplaced(saved, dataset, config),
  ];
  if (misfit === undefined) return;
  throw dataError(
    `The checkpoint of step ${saved.step} does not belong to this training: ${misfit}.`,
    'Start another run: with --weights it can begin from the model of this one.',
  );
}

/** A position that the training never reaches, or an image that it does not have. */
function* misplaced(
  { step, state, record }: Saved,
  { train, names }: TrainingSet,
  { batchSize }: TrainConfig,
): Generator<string> {
  const steps = Math.ceil(train.length / batchSize);
  if (state.batches > steps) yield `it has done ${state.batches} batches of an epoch of ${steps}`;
  // Steps are numbered by their position, so batches without a readable image count too.
  const place = (state.epoch - 1) * steps + state.batches;
  if (step > place) yield `step ${step} does not come before batch ${state.batches} of epoch ${state.epoch}`;
  const known = new Set(names);
  const stranger = record.skipped.find(({ file }) => !known.has(file));
  if (stranger) yield `it left out '${printable(stranger.file)}', which is none of its images`;
}
