// The same in TypeScript: what is named here has to have types, in whichever way modules are resolved. Needs no types
// but alexft's and those that TypeScript itself brings.

import {
  type EpochEvent,
  ExitCode,
  type ImageResult,
  predict,
  type TrainingEvent,
  type TrainOptions,
  train,
  UserError,
} from 'alexft';

const options: Partial<TrainOptions> = { epochs: 1, batchSize: 8, trainable: 'classifier', weights: 'none' };
const epochs: EpochEvent[] = [];
const events: AsyncIterable<TrainingEvent> = train({
  data: 'images',
  out: 'typed',
  device: 'wasm',
  ...options,
});
for await (const event of events) if (event.event === 'epoch') epochs.push(event);
console.log(epochs.map((event) => JSON.stringify(event)).join('\n'));

const answer = (result: ImageResult): string => ('error' in result ? result.error : result.label);
for await (const result of predict(['images'], { model: 'typed', device: 'wasm' })) {
  console.log(result.file, answer(result));
}

try {
  // @ts-expect-error: an option that is mistyped does not compile
  await train({ data: 'images', epoch: 1 }).next();
} catch (error) {
  if (!(error instanceof UserError) || error.exitCode !== ExitCode.usage) throw error;
}
