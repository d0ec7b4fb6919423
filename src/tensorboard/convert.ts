// The event file of a past run, from its events.jsonl.

import { firstFiltersName } from '../model/firstFilters.js';
import { type PastRun, readPastRun } from '../report/gather/pastRun.js';
import type { StepEvent } from '../training/events.js';
import { readModel } from '../weights/modelFile.js';
import { imageEvent, scalarsEvent, versionEvent } from './event.js';
import { filtersImage } from './images.js';

/**
 * The bytes of the event file. events.jsonl has no times: they follow from the run's start and the seconds of its
 * epochs. The filters are those of the best model, at the last step. Throws a data error where it can't be read.
 */
export async function convertedRun(folder: string): Promise<Buffer> {
  const past = await readPastRun(folder);
  const started = Date.parse(past.run.started ?? '') / 1000 || 0;
  const last = past.steps.at(-1)?.step ?? 0;
  const records = [versionEvent(started), ...scalarsOf(past, started)];
  const model = await readModel(folder).catch(() => undefined); // a run that was stopped early has none
  const filters = model?.tensors.get(firstFiltersName);
  if (filters) {
    const time = started + past.epochs.reduce((sum, { seconds }) => sum + seconds, 0);
    records.push(imageEvent({ step: last, time }, 'filters', await filtersImage(filters)));
  }
  return Buffer.concat(records);
}

function scalarsOf({ steps, epochs }: PastRun, started: number): Buffer[] {
  const inEpoch = new Map<number, StepEvent[]>();
  for (const step of steps.filter((each) => Number.isSafeInteger(each.step))) {
    const own = inEpoch.get(step.epoch);
    if (own) own.push(step);
    else inEpoch.set(step.epoch, [step]);
  }
  const ends = new Map(epochs.map((epoch) => [epoch.epoch, epoch]));
  const records: Buffer[] = [];
  let begin = started;
  let last = 0;
  for (const epoch of new Set([...inEpoch.keys(), ...ends.keys()])) {
    const own = inEpoch.get(epoch) ?? [];
    const end = ends.get(epoch);
    const seconds = end?.seconds ?? 0;
    for (const [index, step] of own.entries()) {
      last = step.step;
      records.push(scalarsEvent({ step: last, time: begin + (seconds * (index + 1)) / own.length }, step));
    }
    begin += seconds;
    if (end) records.push(scalarsEvent({ step: last, time: begin }, end));
  }
  return records;
}
