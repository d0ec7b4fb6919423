// The runtimes in which exports are proven, in this process: ONNX Runtime, the engine's TensorFlow, TensorFlow.js.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { printable, reasonOf } from '../core/errors.js';
import { gigabytes } from '../core/formatting.js';
import type { Engine } from '../engine/engine.js';
import { availableMemory } from '../engine/machineMemory.js';
import { openWasm } from '../engine/wasm.js';
import { inputSize } from '../model/alexnet.js';
import { computedValues } from '../model/computedValues.js';
import { bytesOf } from '../model/stateDict.js';
import { graphInput } from './goldenImages.js';
import { type Graph, inputName } from './graph.js';
import type { Runtime } from './proof.js';
import type { MissingRuntime } from './proofResult.js';

/** The exports of onnxruntime-node that are used here. */
interface OnnxRuntime {
  readonly env: { readonly versions: { readonly node?: string; readonly common: string } };
  readonly InferenceSession: { create(path: string): Promise<OnnxSession> };
  readonly Tensor: new (
    type: 'float32' | 'uint8',
    data: Float32Array | Uint8Array,
    shape: number[],
  ) => unknown;
}

interface OnnxSession {
  run(inputs: Record<string, unknown>): Promise<Record<string, { data: Float32Array }>>;
  release(): Promise<void>;
}

/**
 * Opens an ONNX model if onnxruntime-node is installed beside alexft. It is not a dependency: it takes 290 MB, and its
 * install script downloads CUDA's libraries on Linux. Throws ONNX Runtime's error if it does not accept the model.
 */
export async function openOnnxRuntime(path: string, graph: Graph): Promise<Runtime | MissingRuntime> {
  const name = 'ONNX Runtime';
  let ort: OnnxRuntime;
  try {
    ort = createRequire(import.meta.url)('onnxruntime-node') as OnnxRuntime;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    const reason = isMissing ? 'it is not installed' : printable(reasonOf(error).split('\n')[0]!);
    return {
      runtime: name,
      reason,
      fix: 'install it beside alexft: npm install --ignore-scripts onnxruntime-node',
    };
  }
  const session = await ort.InferenceSession.create(path);
  const shape = graph.input === 'uint8' ? [inputSize, inputSize, 3] : [3, inputSize, inputSize];
  return {
    name,
    version: ort.env.versions.node ?? ort.env.versions.common,
    run: async (images) => {
      const values = graphInput(images, graph, 'NCHW');
      const input = new ort.Tensor(graph.input, values, [images.length, ...shape]);
      return (await session.run({ [inputName]: input }))[graph.output]!.data;
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** The memory that TensorFlow takes to load and optimize a graph, for each byte of its constants: measured. */
const tensorFlowCopies = 13;

/** Opens a SavedModel in the engine's TensorFlow. Throws TensorFlow's error if it does not accept the model. */
export function openSavedModel(folder: string, graph: Graph, engine: Engine): Runtime | MissingRuntime {
  const name = 'TensorFlow';
  if (!engine.loadSavedModel) {
    return {
      runtime: name,
      reason: 'the engine is WebAssembly',
      fix: 'set it up with alexft setup, and use --device cpu',
    };
  }
  const [needed, available] = [tensorFlowCopies * bytesOf(graph.tensors), availableMemory()];
  if (available < needed) {
    const reason = `it takes about ${gigabytes(needed)} of memory, and ${gigabytes(available)} are available`;
    return { runtime: name, reason, fix: 'free some memory and export again' };
  }
  const model = engine.loadSavedModel(folder);
  return {
    name,
    version: /\d[\d.]*/.exec(engine.description)![0],
    run: async (images) =>
      model.run(inputName, shapeOf(images), graphInput(images, graph, 'NHWC'), graph.output),
    [Symbol.asyncDispose]: async () => model.dispose(),
  };
}

/** The part of tfjs-converter that scripts/build.mjs bundles. */
interface Converter {
  readonly loadGraphModel: (handler: tf.io.IOHandler) => Promise<tf.InferenceModel & { dispose(): void }>;
}

/**
 * Opens a model of TensorFlow.js, and makes WebAssembly tfjs' current backend. Throws tfjs' error if it does not accept
 * the model.
 */
export async function openTfjs(folder: string, graph: Graph): Promise<Runtime> {
  await openWasm();
  const { loadGraphModel } = createRequire(import.meta.url)('./vendor/tfjsConverter.cjs') as Converter;
  const model = await loadGraphModel({ load: () => readArtifacts(folder) });
  return {
    name: 'TensorFlow.js',
    version: tf.version_core,
    run: async (images) =>
      computedValues(() => {
        const values = graphInput(images, graph, 'NHWC');
        const input = tf.tensor(values, shapeOf(images), graph.input === 'uint8' ? 'int32' : 'float32');
        return model.predict(input, {}) as tf.Tensor;
      }),
    [Symbol.asyncDispose]: async () => model.dispose(),
  };
}

const shapeOf = (images: readonly unknown[]) => [images.length, inputSize, inputSize, 3];

/** Reads the files of a model as tfjs' own handlers for addresses and for files of a browser do. */
async function readArtifacts(folder: string): Promise<tf.io.ModelArtifacts> {
  const model = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as tf.io.ModelJSON;
  return await tf.io.getModelArtifactsForJSON(model, async (manifest) => {
    const shards = manifest.flatMap(({ paths }) => paths).map((path) => readFile(join(folder, path)));
    const weights = (await Promise.all(shards)).map((shard) => new Uint8Array(shard).buffer);
    return [manifest.flatMap((group) => group.weights), weights];
  });
}
