// alexft train: fine-tunes AlexNet on a folder of images.

import { join } from 'node:path';
import { silentContext } from '../core/context.js';
import { printable } from '../core/errors.js';
import { span } from '../core/spans.js';
import { shellWord } from '../core/text.js';
import { openTrainingSet, type TrainingSet } from '../data/dataset/dataset.js';
import { pathInside } from '../data/dataset/outside.js';
import { alexNetWidths, type Widths } from '../model/alexnet.js';
import { describeRun } from '../options/describeRun.js';
import { withDefaults } from '../options/option.js';
import { resumedOptions } from '../options/resumedOptions.js';
import { retryCommand } from '../options/retryCommand.js';
import { resolveTrainOptions, type TrainOptions, trainOptions } from '../options/trainOptions.js';
import { type CommandContext, startProfile } from '../profile/profile.js';
import { reportAfterTraining } from '../report/gather/afterTraining.js';
import { startRecording } from '../run/recorder.js';
import { Run } from '../run/run.js';
import { defaultRunFolder, type RunFile, readRunFile } from '../run/runFiles.js';
import { requireNoRun } from '../run/runFolder.js';
import { requireSameDataset } from '../run/splitFile.js';
import { createTrainer } from '../trainer/trainer.js';
import type { Retry } from '../trainer/trainingFailure.js';
import type { TrainConfig } from '../training/config.js';
import type { PlanEvent, TrainingEvent } from '../training/events.js';

/**
 * Trains as `given` says (defaults for the rest) and yields events: `start` first, `done` last. After `error` it
 * throws. A dry run yields one event, `plan`. When the context's signal is given, or the consumer stops, the run is
 * saved. Programs may train a narrower network than AlexNet, from scratch (`weights: 'none'`).
 */
export async function* train(
  given: Partial<TrainOptions>,
  context: CommandContext = silentContext,
  { widths = alexNetWidths }: { widths?: Widths } = {},
): AsyncGenerator<TrainingEvent> {
  const request = await resolveRequest(given);
  const { config, resumed } = request;
  await using _profile = await startProfile(given.dryRun ? {} : config, context);

  const dataset = await span('scan', 'files', () => openTrainingSet(config, context));
  for (const warning of dataset.warnings) context.onMessage(warning);
  if (!request.resumed) await warnOfRunInData(config, context);
  if (config.dryRun) {
    yield planOf(config, dataset);
    return;
  }

  await using run = await openRun(request, dataset, context);
  const saved = run.takeSaved();
  const retry: Retry = (batchSize, progress) =>
    retryCommand({ config, folder: run.path, ...progress }, batchSize);
  const startWeights = resumed?.file.weights;
  await using trainer = await createTrainer({ dataset, config, saved, startWeights, widths, retry }, context);
  if (context.signal?.aborted) return;

  await using recorder = await startRecording(run, trainer, context);
  try {
    yield recorder.startEvent;
    for await (const event of trainer.train()) yield* recorder.record(event);
    if (context.signal?.aborted) {
      const checkpoint = await recorder.interrupt();
      if (checkpoint) yield checkpoint;
      return;
    }
    const done = yield* recorder.finish();
    if (!config.noReport) {
      const { network, loader, source, predictions } = trainer;
      const subject = { network, loader, source, set: dataset, batchSize: config.batchSize, predictions };
      await span('report', 'other', () => reportAfterTraining(run.path, subject, describeRun, context));
    }
    yield done;
  } catch (caught) {
    const { event, error } = await recorder.fail(caught);
    yield event;
    throw error;
  }
}

/** torchvision, for example, would take the run's folder for a class. */
async function warnOfRunInData(
  { data, val, out }: TrainConfig,
  { onMessage }: CommandContext,
): Promise<void> {
  const path = out ?? defaultRunFolder(new Date());
  for (const [flag, folder] of Object.entries({ '--data': data, '--val': val })) {
    const inside = folder === undefined ? undefined : await pathInside(path, folder);
    if (inside === undefined) continue;
    onMessage(
      `The run '${printable(path)}' is written inside ${flag}. alexft leaves runs out of datasets, other programs do ` +
        `not. To write it elsewhere: --out ${shellWord(join(folder!, '..', inside || 'models'))}`,
    );
  }
}

interface TrainRequest {
  readonly config: TrainConfig;
  /** The run to resume. */
  readonly resumed:
    | { readonly folder: string; readonly file: RunFile; readonly before: TrainConfig }
    | undefined;
}

async function resolveRequest(given: Partial<TrainOptions>): Promise<TrainRequest> {
  const { resume: folder } = given;
  if (folder === undefined) {
    const config = resolveTrainOptions(withDefaults(trainOptions, given));
    if (config.out !== undefined && !config.force) await requireNoRun(config.out); // before the work, not after
    return { config, resumed: undefined };
  }
  const file = await readRunFile(folder);
  const { before, config } = resumedOptions(folder, file, given);
  return { config, resumed: { folder, file, before } };
}

/** The run's folder and lock; of a resumed run also its checkpoint, for the same images. */
async function openRun(
  { config, resumed }: TrainRequest,
  dataset: TrainingSet,
  { onMessage }: CommandContext,
): Promise<Run> {
  if (!resumed) return await Run.create(config);
  const run = await span('read the run', 'files', () =>
    Run.resume(resumed.folder, { ...resumed, config }, onMessage),
  );
  if (run.resumes) {
    await requireSameDataset(resumed.folder, dataset).catch(async (error) => {
      await run[Symbol.asyncDispose]();
      throw error;
    });
  }
  return run;
}

const planOf = (config: TrainConfig, dataset: TrainingSet): PlanEvent => ({
  event: 'plan',
  schema: 1,
  options: config,
  classes: dataset.classes,
  images: dataset.paths.length,
  train: dataset.train.length,
  validation: dataset.validation.length,
  model: config.out ?? defaultRunFolder(new Date()),
});
