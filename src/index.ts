// The library: what a program may import from 'alexft'.
//
//   import { train } from 'alexft';
//   for await (const event of train({ data: 'photos' })) show(event);

export { type CachedPart, type CachePart, clearCache, listCache } from './commands/cache.js';
export { type Check, check } from './commands/check.js';
export { type Diagnosis, doctor } from './commands/doctor.js';
export { drawNetwork, type NetworkDrawings } from './commands/models/drawNetwork.js';
export { evaluate } from './commands/models/evaluate.js';
export { type ExportedModel, exportModel } from './commands/models/export.js';
export { type Inspection, inspect } from './commands/models/inspect.js';
export { predict } from './commands/models/predict.js';
export { type RunningServer, serve } from './commands/models/serve.js';
export { type ShownExport, showExport } from './commands/models/showExport.js';
export { type ConvertedWeights, convertWeights } from './commands/models/weightsConvert.js';
export { type FetchedWeights, fetchWeights } from './commands/models/weightsFetch.js';
export { type ShownWeights, showWeights } from './commands/models/weightsShow.js';
export { compareRuns, type RunComparison } from './commands/runs/compareRuns.js';
export { type ConvertedRun, convertRuns } from './commands/runs/convertRuns.js';
export { type ListedRun, listRuns } from './commands/runs/listRuns.js';
export { type Report, report } from './commands/runs/report.js';
export { type Verification, verify } from './commands/runs/verify.js';
export { type SetupResult, setup } from './commands/setup.js';
export { type LearningRates, lrFind } from './commands/training/lrFind.js';
export { train } from './commands/training/train.js';
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
export type { ConvertOptions, DiffOptions, ListOptions } from './options/runsOptions.js';
export type { ServeOptions } from './options/serveOptions.js';
export type { InstallOptions } from './options/setupOptions.js';
export type { LrFindOptions } from './options/train/lrFindOptions.js';
export type { TrainOptions } from './options/train/trainOptions.js';
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
  TestScore,
  TrainingEvent,
} from './training/events.js';
export { type ListedWeights, listWeights } from './weights/listWeights.js';
