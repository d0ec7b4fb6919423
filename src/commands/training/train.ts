// alexft train: fine-tunes AlexNet on a folder of images.

import { silentContext } from '../../core/context.js';
import { printable } from '../../core/errors.js';
import { placeOf, restartsOf } from '../../distributed/launchers/place.js';
import { meet } from '../../distributed/rendezvous/rendezvous.js';
import type { GroupMember } from '../../engine/group/group.js';
import { alexNetWidths, type Widths } from '../../model/alexnet.js';
import { withDefaults } from '../../options/option.js';
import { retryCommand } from '../../options/train/retryCommand.js';
import { resolveTrainOptions, type TrainOptions, trainOptions } from '../../options/train/trainOptions.js';
import type { CommandContext } from '../../profile/context.js';
import { startProfile } from '../../profile/profile.js';
import { startRecording } from '../../run/recording/recorder.js';
import { defaultRunFolder } from '../../run/runFiles.js';
import { savedFor } from '../../run/splitFile.js';
import { Board } from '../../tensorboard/board.js';
import { createTrainer } from '../../trainer/trainer.js';
import type { Retry } from '../../trainer/trainingFailure.js';
import type { TrainConfig } from '../../training/config.js';
import type { PlanEvent, TrainingEvent } from '../../training/events.js';
import { completeTraining } from './completeTraining.js';
import { followTraining, joinRanks, restarted } from './followTraining.js';
import { newDataset, newRun, resumedRun } from './openRun.js';

/**
 * Trains as `given` says (defaults for the rest) and yields events: `start` first, `done` last. After `error` it
 * throws. A dry run yields one event, `plan`. When the context's signal is aborted, or the consumer stops, the run is
 * saved. Programs may train a narrower network than AlexNet, from scratch (`weights: 'none'`). In a group of processes
 * (docs/distributed.md), rank 0 yields the events and the others none.
 */
export async function* train(
  options: Partial<TrainOptions>,
  context: CommandContext = silentContext,
  { widths = alexNetWidths }: { widths?: Widths } = {},
): AsyncGenerator<TrainingEvent> {
  const place = placeOf(options, process.env);
  const restarts = restartsOf(options, process.env);
  if (place && place.rank > 0) {
    const given = options.dryRun ? undefined : await restarted(options, restarts);
    if (given) await followTraining(given, place, context, widths);
    return;
  }
  const given = await restarted(options, restarts);
  if (!given) {
    context.onMessage(`The run in '${printable(options.resume ?? options.out!)}' is complete.`);
    return;
  }
  const { resume } = given;
  const fresh = resume === undefined ? resolveTrainOptions(withDefaults(trainOptions, given)) : undefined;
  if (fresh?.dryRun) {
    yield await plan(fresh, context);
    return;
  }
  await using _profile = await startProfile(given, context);
  await using meeting = place && (await meet(place, context.signal));
  const opened = fresh ? await newRun(fresh, context) : await resumedRun(resume!, given, context);
  await using run = opened.run;
  const { dataset, test } = opened;
  const { config } = run;
  if (context.signal?.aborted) return;

  const saved = savedFor(dataset, run.takeSaved());
  const member = meeting && (await joinRanks(meeting, { config, dataset, saved }, context));
  if (member) context.onMessage(ranksMessage(member));
  const retry: Retry = (batchSize, progress) =>
    retryCommand({ config, folder: run.path, ...progress }, batchSize);
  const startWeights = run.before?.weights;
  const request = { dataset, config, saved, startWeights, widths, retry, member };
  await using trainer = await createTrainer(request, context);
  if (context.signal?.aborted && !member) return; // ranks agree in the training

  await using recorder = await startRecording(run, trainer, context);
  try {
    const { startEvent } = recorder;
    yield startEvent;
    await using board = config.tensorboard ? await Board.open(run.path, startEvent.resumed?.step) : undefined;
    for await (const event of trainer.train()) {
      await board?.add(event);
      yield* recorder.record(event);
    }
    if (trainer.stopped) {
      const checkpoint = await recorder.interrupt();
      if (checkpoint) yield checkpoint;
      return;
    }
    yield yield* completeTraining(trainer, recorder, { folder: run.path, test, board }, context);
  } catch (caught) {
    const { event, error } = await recorder.fail(caught);
    yield event;
    throw error;
  }
}

async function plan(config: TrainConfig, context: CommandContext): Promise<PlanEvent> {
  const dataset = await newDataset(config, context);
  return {
    event: 'plan',
    schema: 1,
    options: config,
    classes: dataset.classes,
    images: dataset.paths.length,
    train: dataset.train.length,
    validation: dataset.validation.length,
    model: config.out ?? defaultRunFolder(new Date()),
  };
}

const ranksMessage = ({ addresses }: GroupMember): string =>
  `${addresses.length} ranks: ${addresses.map(printable).join(', ')}. Their connections are neither encrypted nor ` +
  'authenticated: use them in a trusted network only.';
