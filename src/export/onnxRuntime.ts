// Runs an ONNX model in ONNX Runtime, if onnxruntime-node is installed beside alexft. It is not a dependency: its
// install script downloads CUDA's libraries on Linux.

import { createRequire } from 'node:module';
import { printable, reasonOf } from '../core/errors.js';
import { inputSize } from '../model/alexnet.js';
import { graphInput } from './goldenImages.js';
import { type Graph, inputName } from './graph.js';
import type { Runtime } from './proof.js';
import type { MissingRuntime } from './proofResult.js';

interface Session {
  run(inputs: Record<string, unknown>): Promise<Record<string, { data: Float32Array }>>;
  release(): Promise<void>;
}

/** The exports of onnxruntime-node that are used here. */
interface OnnxRuntime {
  readonly env: { readonly versions: { readonly node?: string; readonly common: string } };
  readonly InferenceSession: { create(path: string): Promise<Session> };
  readonly Tensor: new (
    type: 'float32' | 'uint8',
    data: Float32Array | Uint8Array,
    shape: number[],
  ) => unknown;
}

const name = 'ONNX Runtime';

/** Throws ONNX Runtime's error if it does not accept the model. */
export async function openOnnxRuntime(path: string, graph: Graph): Promise<Runtime | MissingRuntime> {
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
