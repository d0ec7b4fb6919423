// The native engine: TensorFlow's C library through tfjs-node's addon.

import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { deviceError, printable, reasonOf } from '../core/errors.js';
import type { Engine } from './engine.js';
import type { Gpu } from './gpu/describe.js';
import { registerGradients } from './gradients.js';
import { withStderrHidden } from './hiddenLog.js';
import { addonFile } from './install/recipe.js';
import { registerTensorFlowKernels } from './kernels/tensorflow.js';
import { nativeOperations } from './nativeOperations.js';
import { type Binding, createNodeBackend, loadBinding } from './tfjsNode.js';

/** TensorFlow can be loaded only once into a process, and reads its settings from the environment as it is. */
let opened: { folder: string; device: string; engine: Promise<Engine> } | undefined;

interface NativeOptions {
  readonly threads: number;
  readonly hideLog: boolean;
  /** For a GPU: its settings (gpu/choose.ts), the device's name, and what it is, where that is known. */
  readonly gpu?: {
    readonly settings: Readonly<Record<string, string | undefined>>;
    readonly device: `cuda:${number}`;
    readonly description: Gpu | undefined;
  };
}

/**
 * Opens the engine in `folder` (libtensorflow_cc.so.2, libtensorflow_framework.so.2 and tfjs_binding.node) and makes
 * it tfjs' current backend. A second call gives the same engine, with the threads of the first.
 */
export async function openNative(folder: string, options: NativeOptions): Promise<Engine> {
  const device = options.gpu?.device ?? 'cpu';
  if (!opened) {
    opened = { folder, device, engine: loadNative(folder, options) };
    opened.engine.catch(() => {
      opened = undefined; // it may be mended, and asked for again
    });
  }
  if (opened.folder !== folder || opened.device !== device) {
    throw deviceError(
      `This process has loaded the engine in ${printable(opened.folder)} for ${opened.device}, and can't load another one.`,
      'Use one native device in a process.',
    );
  }
  const engine = await opened.engine;
  await useBackend();
  return engine;
}

async function useBackend(): Promise<void> {
  // It answers false, and leaves another backend in place, where this one does not start.
  if (!(await tf.setBackend('tensorflow'))) throw deviceError('tfjs did not take the TensorFlow backend.');
}

async function loadNative(folder: string, { threads, hideLog, gpu }: NativeOptions): Promise<Engine> {
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'; // errors only: the rest is noise on every start
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1'; // by default only on CPUs with AVX512-VNNI or better
  for (const [name, value] of Object.entries(gpu?.settings ?? {})) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }

  const binding = load(join(folder, addonFile), hideLog);
  // Before anything is registered with tfjs: `auto` goes on with another engine in this process.
  if (gpu && !binding.isUsingGpuDevice()) {
    throw deviceError(`TensorFlow had the GPU a moment ago, and now has none (${gpu.device}).`, noGpuHint);
  }
  const backend = createNodeBackend(binding);
  tf.registerBackend('tensorflow', () => backend);
  await useBackend();
  registerGradients();
  registerTensorFlowKernels(backend);

  const name = gpu ? (gpu.description?.name ?? 'the GPU') : 'the CPU';
  return {
    ...nativeOperations(backend),
    device: gpu?.device ?? 'cpu',
    description: `TensorFlow ${binding.TF_Version} on ${name}`,
    ...(gpu?.description && { gpu: gpu.description }),
    decodeAhead: gpu !== undefined,
    handles: () => binding.getNumOfTensors(),
  };
}

const noGpuHint = 'Does another program hold all of its memory (nvidia-smi)? Use --device cpu meanwhile.';

function load(path: string, hideLog: boolean): Binding {
  try {
    return hideLog ? withStderrHidden(() => loadBinding(path)) : loadBinding(path);
  } catch (error) {
    throw deviceError(
      `The engine ${printable(path)} can't be loaded: ${printable(reasonOf(error))}`,
      'See what alexft doctor says. Or use --device wasm.',
      error,
    );
  }
}
