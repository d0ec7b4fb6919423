// What follows the last epoch: the models, the score on --test, TensorBoard's images and the report.

import { printable, reasonOf } from '../../core/errors.js';
import { span } from '../../core/spans.js';
import type { TestSet } from '../../data/dataset/testSet.js';
import { describeRun } from '../../options/train/describeRun.js';
import type { CommandContext } from '../../profile/context.js';
import { reportAfterTraining } from '../../report/gather/afterTraining.js';
import type { Recorder } from '../../run/recording/recorder.js';
import type { Board } from '../../tensorboard/board.js';
import { addImages } from '../../tensorboard/images.js';
import { scoreTest } from '../../trainer/testScore.js';
import type { Trainer } from '../../trainer/trainer.js';
import type { CheckpointEvent, DoneEvent } from '../../training/events.js';

interface Completion {
  /** The run's. */
  readonly folder: string;
  readonly test: TestSet | undefined;
  readonly board: Board | undefined;
}

/** Ends the record of a complete training. What fails once the models are written becomes a message. */
export async function* completeTraining(
  trainer: Trainer,
  recorder: Recorder,
  { folder, test, board }: Completion,
  context: CommandContext,
): AsyncGenerator<CheckpointEvent, DoneEvent> {
  const { network, averaged = network, loader, source, predictions, config, dataset } = trainer;
  const subject = {
    network: averaged,
    loader,
    source,
    set: dataset,
    batchSize: config.batchSize,
    predictions,
  };
  let loaded: Promise<void> | undefined;
  async function withBest<T>(failed: string, again: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      loaded ??= trainer.useBest(folder);
      await loaded;
      return await work();
    } catch (error) {
      const why = context.signal?.aborted ? 'interrupted' : reasonOf(error);
      context.onMessage(`The run is complete, but ${failed}: ${why}. ${again}`.trimEnd());
      return undefined;
    }
  }
  const scored = (test: TestSet) =>
    withBest(
      '--test was not evaluated',
      `To evaluate it: alexft evaluate --data ${printable(test.folder)} --model ${printable(folder)}`,
      () => span('test', 'other', () => scoreTest(test, subject, context)),
    );
  const done = yield* recorder.finish(test && (() => scored(test)));
  if (board) {
    const failed = 'its images for TensorBoard were not written';
    await withBest(failed, '', () => addImages(board, folder, subject, context));
  }
  if (!config.noReport) {
    const again = `To try again: alexft report ${printable(folder)}`;
    await withBest('its report was not written', again, () =>
      span('report', 'other', () => reportAfterTraining(folder, subject, describeRun, context)),
    );
  }
  return done;
}
