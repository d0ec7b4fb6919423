// The library: what a program may import from 'alexft'.
//
//   import { train } from 'alexft';
//   for await (const event of train({ data: 'photos' })) show(event);

export type { CommandContext } from './commands/context.js';
export { type Evaluation, evaluate } from './commands/evaluate.js';
export { type Inspection, inspect } from './commands/inspect.js';
export { type PictureResult, predict } from './commands/predict.js';
export { type SetupResult, setup } from './commands/setup.js';
export { train } from './commands/train.js';
export { ExitCode, UserError } from './errors.js';
export type { EvaluateOptions, InspectOptions, PredictOptions } from './options/modelOptions.js';
export type { SetupOptions } from './options/setupOptions.js';
export type { TrainOptions } from './options/trainOptions.js';
export type {
  DoneEvent,
  EpochEvent,
  FeaturesEvent,
  SkippedEvent,
  StartEvent,
  StepEvent,
  TrainingEvent,
} from './training/events.js';
export { version } from './version.js';
