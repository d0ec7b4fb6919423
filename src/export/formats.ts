// How each target is written, and opened in its own runtime.

import { version } from '../core/version.js';
import type { Engine } from '../engine/engine.js';
import { type Model, modelMetadata, readModel } from '../weights/modelFile.js';
import { writeTorch } from '../weights/torch/torchWriter.js';
import type { ExportDescription } from './description.js';
import { ownOutputs } from './goldenImages.js';
import type { Graph } from './graph.js';
import type { Runtime } from './proof.js';
import type { MissingRuntime } from './proofResult.js';
import type { Quantization } from './quantize.js';
import { openOnnxRuntime, openSavedModel, openTfjs } from './runtimes.js';
import type { TargetName } from './target.js';
import { writeOnnx } from './writers/onnx.js';
import { writeSavedModel } from './writers/savedModel.js';
import { writeTfjs } from './writers/tfjs.js';
import { writeWeb } from './writers/web.js';

/** `quantization`: only for a model of TensorFlow.js. */
interface Exported {
  readonly graph: Graph;
  readonly description: ExportDescription;
  readonly model: Model;
  readonly quantization: Quantization | undefined;
}

interface Format {
  /** Writes the new file or folder `path`. */
  readonly write: (path: string, exported: Exported) => Promise<void>;
  readonly open: (
    path: string,
    graph: Graph,
    engine: Engine,
  ) => Runtime | MissingRuntime | Promise<Runtime | MissingRuntime>;
}

export const formats: Readonly<Record<TargetName, Format>> = {
  onnx: {
    write: (path, { graph, description }) => writeOnnx(path, graph, asStrings(description)),
    open: openOnnxRuntime,
  },
  savedmodel: { write: (path, { graph }) => writeSavedModel(path, graph), open: openSavedModel },
  tfjs: {
    write: (path, { graph, description, quantization }) => writeTfjs(path, graph, description, quantization),
    open: openTfjs,
  },
  web: {
    write: (path, { graph, description, quantization }) => writeWeb(path, graph, description, quantization),
    open: openTfjs,
  },
  torch: {
    write: (path, { model }) => writeTorch(path, model.tensors, modelMetadata(model)),
    open: openTorchFile,
  },
};

/** ONNX's metadata are strings: a description's strings, and JSON for the rest. */
const asStrings = (description: ExportDescription): Record<string, string> =>
  Object.fromEntries(
    Object.entries(description).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );

/** PyTorch does not run in this process: alexft reads the file back. */
async function openTorchFile(path: string, { output }: Graph, engine: Engine): Promise<Runtime> {
  const model = await readModel(path);
  return {
    name: 'alexft',
    version,
    run: async (images) => ownOutputs(engine, model, output, images),
    [Symbol.asyncDispose]: async () => {},
  };
}
