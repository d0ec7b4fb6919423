// The images at the end of a training: the confusion matrix and the first layer's filters.

import type { Context } from '../core/context.js';
import { inOrder } from '../data/sampler.js';
import { confusionSheet } from '../drawing/confusionSheet.js';
import { filterSheet } from '../drawing/filterSheet.js';
import type { Page } from '../drawing/page.js';
import { firstFilters, firstFiltersName } from '../model/firstFilters.js';
import type { StateTensor } from '../model/stateDict.js';
import { readPastRun } from '../report/gather/pastRun.js';
import { evaluateValidation } from '../report/gather/validation.js';
import type { Subject } from '../report/gather/write.js';
import { predictSamples } from '../training/evaluateNetwork.js';
import type { Board } from './board.js';
import type { Image } from './event.js';

/** Writes the images of the network, which has the parameters of the complete run's best model. */
export async function addImages(
  board: Board,
  folder: string,
  { network, source, set, batchSize, predictions }: Subject,
  context: Context,
): Promise<void> {
  const { classes } = (await readPastRun(folder)).run;
  const results = predictions ?? predictSamples(network, source, inOrder(set.validation), batchSize);
  const task = { classes: classes.length, reasons: new Map<string, string>() };
  const validation = await evaluateValidation(results, set, task, context);
  if (validation) {
    const caption = 'Rows: true classes; columns: predicted';
    const sheet = confusionSheet(validation.confusion, classes, caption);
    await board.addImage('confusion matrix', await imageOf(sheet));
  }
  await board.addImage('filters', await filtersImage(network.state().get(firstFiltersName)!));
}

/** `weights`: those of the first layer. */
export const filtersImage = (weights: StateTensor): Promise<Image> =>
  imageOf(filterSheet(firstFilters(weights), firstFiltersName));

const imageOf = async (page: Page): Promise<Image> => ({
  png: await page.encode('.png'),
  width: page.width,
  height: page.height,
});
