// The library: what a program may import from 'alexft'.
//
//   import { train } from 'alexft';
//   for await (const event of train({ data: 'photos' })) show(event);

export { type CachedPart, type CachePart, clearCache, listCache } from './commands/cache.js';
export { type Check, check } from './commands/check.js';
export { type Diagnosis, doctor } from './commands/doctor.js';
export { drawNetwork, type NetworkDrawings } from './commands/drawNetwork.js';
export { evaluate } from './commands/evaluate.js';
export { type ExportedModel, exportModel } from './commands/export.js';
export { type Inspection, inspect } from './commands/inspect.js';
export { predict } from './commands/predict.js';
export { type Report, report } from './commands/report.js';
export { type RunningServer, serve } from './commands/serve.js';
export { type SetupResult, setup } from './commands/setup.js';
export { type ShownExport, showExport } from './commands/showExport.js';
export { train } from './commands/train.js';
export { type Verification, verify } from './commands/verify.js';
export { type ConvertedWeights, convertWeights } from './commands/weightsConvert.js';
export { type FetchedWeights, fetchWeights } from './commands/weightsFetch.js';
export { type ShownWeights, showWeights } from './commands/weightsShow.js';
export { ExitCode, UserError } from './core/errors.js';
export { version } from './core/version.js';
export type { Evaluation } from './inference/evaluation.js';
export type { Explanation, ImageResult } from './inference/predictResult.js';
export type { CheckOptions } from './options/checkOptions.js';
export type { DoctorOptions } from './options/doctorOptions.js';
export type { ExportOptions } from './options/exportOptions.js';
export type {
  EvaluateOptions,
  InspectOptions,
  NetworkOptions,
  PredictOptions,
} from './options/modelOptions.js';
export type { ReportOptions } from './options/reportOptions.js';
export type { ServeOptions } from './options/serveOptions.js';
export type { InstallOptions } from './options/setupOptions.js';
export type { TrainOptions } from './options/trainOptions.js';
export type { WeightsOptions } from './options/weightsOptions.js';
export type { CommandContext, Profile } from './profile/context.js';
export type {
  CheckpointEvent,
  DoneEvent,
  EpochEvent,
  ErrorEvent,
  FeaturesEvent,
  PlanEvent,
  SkippedEvent,
  StartEvent,
  StepEvent,
  TrainingEvent,
} from './training/events.js';
export { type ListedWeights, listWeights } from './weights/listWeights.js';
