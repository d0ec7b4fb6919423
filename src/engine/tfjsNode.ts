// Types and loaders for tfjs-node's backend class and native addon. scripts/build.mjs bundles the class, because its
// package has an install script that downloads TensorFlow.

import { createRequire } from 'node:module';
import util from 'node:util';
import type { KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

export interface OpAttribute {
  name: string;
  type: number;
  value: string | number | boolean | number[];
}

interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** The addon's exports that are used here (tfjs-node-gpu 4.22.0, dist/tfjs_binding.d.ts). */
export interface Binding {
  createTensor(shape: number[], dtype: number, values: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array;
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): TensorMetadata[];
  isUsingGpuDevice(): boolean;
  getNumOfTensors(): number;
  /** `tags`, `inputs` and `outputs`: names with commas between them. */
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(id: number, tensors: number[], inputs: string, outputs: string): TensorMetadata[];
  deleteSavedModel(id: number): void;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_UINT8: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_Version: string;
}

export interface NodeBackend extends KernelBackend {
  readonly binding: Binding;
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: OpAttribute[],
    inputs: TensorInfo[],
    outputs: number,
  ): Tensor[];
  /** Private in tfjs-node: the addon's ids of these tensors. Uploads them if necessary. */
  getInputTensorIds(tensors: TensorInfo[]): number[];
  /** Private in tfjs-node: wraps an output of the addon in a tensor, which owns it. */
  createOutputTensor(metadata: TensorMetadata): Tensor;
}

interface BackendModule {
  NodeJSKernelBackend: new (binding: Binding, packageName: string) => NodeBackend;
}

/** Loads the addon at `path`, with TensorFlow's libraries in the same folder, into this process. */
export function loadBinding(path: string): Binding {
  const module: { exports: unknown } = { exports: {} };
  process.dlopen(module, path);
  return module.exports as Binding;
}

/** Registers tfjs-node's kernels with tfjs, and creates the backend that runs them through `binding`. */
export function createNodeBackend(binding: Binding): NodeBackend {
  // tfjs-node 4.22 uses util.isNullOrUndefined and util.isArray, which Node 23 removed (tfjs#8425).
  const removed = util as unknown as Record<string, unknown>;
  removed.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  removed.isArray ??= Array.isArray;
  const { NodeJSKernelBackend } = createRequire(import.meta.url)(
    './vendor/tfjsNodeBackend.cjs',
  ) as BackendModule;
  return new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu');
}
