// Runs a SavedModel in the engine's TensorFlow, and a graph model in TensorFlow.js.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engine/engine.js';
import { openWasm } from '../engine/wasm.js';
import { inputSize } from '../model/alexnet.js';
import { graphInput } from './goldenImages.js';
import { type Graph, inputName } from './graph.js';
import type { Runtime } from './proof.js';
import type { MissingRuntime } from './proofResult.js';

/** Throws TensorFlow's error if it does not accept the model. */
export function openSavedModel(folder: string, graph: Graph, engine: Engine): Runtime | MissingRuntime {
  const name = 'TensorFlow';
  if (!engine.loadSavedModel) {
    return {
      runtime: name,
      reason: 'the engine is WebAssembly',
      fix: 'set it up with alexft setup, and use --device cpu',
    };
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

/** Makes WebAssembly tfjs' current backend. Throws tfjs' error if it does not accept the model. */
export async function openTfjs(folder: string, graph: Graph): Promise<Runtime> {
  await openWasm();
  const { loadGraphModel } = createRequire(import.meta.url)('./vendor/tfjsConverter.cjs') as Converter;
  const model = await loadGraphModel({ load: () => readArtifacts(folder) });
  return {
    name: 'TensorFlow.js',
    version: tf.version_core,
    run: async (images) =>
      tf.tidy(() => {
        const values = graphInput(images, graph, 'NHWC');
        const input = tf.tensor(values, shapeOf(images), graph.input === 'uint8' ? 'int32' : 'float32');
        return (model.predict(input, {}) as tf.Tensor).dataSync<'float32'>().slice();
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
