// What the ranks of a training other than rank 0 do: they compute, and write and print nothing.

import { groupingOf } from '../../audit/similarImages.js';
import { type Context, mayFetch } from '../../core/context.js';
import { openTrainingSet } from '../../data/dataset/dataset.js';
import type { GroupPlace } from '../../distributed/launchers/place.js';
import type { Meeting } from '../../distributed/rendezvous/meeting.js';
import { meet } from '../../distributed/rendezvous/rendezvous.js';
import type { GroupMember } from '../../engine/group/group.js';
import { prepareCpu } from '../../engine/openEngine.js';
import type { Widths } from '../../model/alexnet.js';
import { withDefaults } from '../../options/option.js';
import { resumedOptions } from '../../options/train/resumedOptions.js';
import { trainingFacts } from '../../options/train/trainingFacts.js';
import { resolveTrainOptions, type TrainOptions, trainOptions } from '../../options/train/trainOptions.js';
import { readNewestCheckpoint } from '../../run/checkpoint/checkpoint.js';
import { type RecordState, recordProblem } from '../../run/checkpoint/recordState.js';
import type { Saved } from '../../run/run.js';
import { readRunFile } from '../../run/runFiles.js';
import { savedFor } from '../../run/splitFile.js';
import { createTrainer } from '../../trainer/trainer.js';
import type { TrainerRequest } from '../../trainer/trainerRequest.js';
import type { TrainConfig } from '../../training/config.js';

/** Trains with rank 0, to the end or until all ranks stop. */
export async function followTraining(
  given: Partial<TrainOptions>,
  place: GroupPlace,
  context: Context,
  widths: Widths,
): Promise<void> {
  await using meeting = await meet(place, context.signal);
  const { config, checkpoint } = await openedTraining(given, context);
  const dataset = await openTrainingSet(config, context, groupingOf(config, context));
  const saved = savedFor(dataset, checkpoint);
  const member = await joinRanks(meeting, { config, dataset, saved }, context);
  const retry = async (batchSize: number) => `Use --batch-size ${batchSize} on all ranks.`;
  const request = { dataset, config, saved, startWeights: undefined, widths, retry, member };
  await using trainer = await createTrainer(request, context);
  for await (const _event of trainer.train());
}

/** Compares the training with that of the other ranks. They wait for the engine of the slowest. */
export async function joinRanks(
  meeting: Meeting,
  { config, dataset, saved }: Pick<TrainerRequest, 'config' | 'dataset' | 'saved'>,
  context: Context,
): Promise<GroupMember> {
  if (!config.device.startsWith('cuda')) await prepareCpu({ ...context, setup: mayFetch(config) });
  return await meeting.agree(trainingFacts(config, dataset, saved?.step ?? 0));
}

/** A run that is resumed is only read: rank 0 has its lock, and begins to write once all ranks have agreed. */
async function openedTraining(
  { resume, ...given }: Partial<TrainOptions>,
  { onMessage }: Context,
): Promise<{ config: TrainConfig; checkpoint: Saved | undefined }> {
  if (resume === undefined) {
    return { config: resolveTrainOptions(withDefaults(trainOptions, given)), checkpoint: undefined };
  }
  const { config } = resumedOptions(resume, await readRunFile(resume), given);
  return { config, checkpoint: await readNewestCheckpoint<RecordState>(resume, onMessage, recordProblem) };
}

/**
 * The options of a group that its launcher has restarted: it continues its run in --out. Undefined where the run was
 * complete before a rank failed.
 */
export async function restarted(
  given: Partial<TrainOptions>,
  restarts: number,
): Promise<Partial<TrainOptions> | undefined> {
  const { out, force, ...others } = given;
  const folder = given.resume ?? out;
  if (restarts === 0 || folder === undefined) return given;
  const run = await readRunFile(folder).catch(() => undefined);
  if (!run) return given;
  if (run.state !== 'complete') return given.resume === undefined ? { ...others, resume: folder } : given;
  // With --force it may be the run that was to be replaced; with more epochs, that which was to be extended.
  return force || (given.epochs ?? 0) > Number(run.options.epochs) ? given : undefined;
}
