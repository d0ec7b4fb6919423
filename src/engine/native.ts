// The native engine: TensorFlow's C library, driven through tfjs-node's addon.

import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { deviceError, printable, reasonOf } from '../core/errors.js';
import type { Engine } from './engine.js';
import type { Gpu } from './gpu/describe.js';
import { collectives, joining } from './group/collectives.js';
import type { GroupMember } from './group/group.js';
import { withStderrHidden } from './hiddenLog.js';
import { autocast } from './kernels/autocast.js';
import { registerTensorFlowKernels } from './kernels/tensorflow.js';
import { nativeOperations } from './nativeOperations.js';
import type { Precision } from './precision.js';
import { addonFile } from './recipes/recipe.js';
import { loadSavedModel } from './savedModel.js';
import { type Binding, createNodeBackend, loadBinding } from './tfjsNode.js';

/** TensorFlow can only be loaded once per process, and reads its settings from the environment while loading. */
let opened: { folder: string; device: string; precision: Precision; engine: Promise<Engine> } | undefined;

interface NativeOptions {
  readonly threads: number;
  readonly precision: Precision;
  readonly hideLog: boolean;
  /** To train together with other processes. */
  readonly member?: GroupMember | undefined;
  /** To open a GPU: its settings (gpu/choose.ts), device name, and description if known. */
  readonly gpu?: {
    readonly settings: Readonly<Record<string, string | undefined>>;
    readonly device: `cuda:${number}`;
    readonly description: Gpu | undefined;
  };
}

/**
 * Opens the engine in `folder` (libtensorflow_cc.so.2, libtensorflow_framework.so.2 and tfjs_binding.node) and makes
 * it tfjs' current backend. Later calls return the same engine, with the first call's number of threads.
 */
export async function openNative(folder: string, options: NativeOptions): Promise<Engine> {
  const device = options.gpu?.device ?? 'cpu';
  const { precision } = options;
  if (!opened) {
    opened = { folder, device, precision, engine: loadNative(folder, options) };
    opened.engine.catch(() => {
      opened = undefined; // the caller may fix the cause and retry
    });
  }
  if (opened.folder !== folder || opened.device !== device) {
    throw deviceError(
      `This process has already loaded the engine in ${printable(opened.folder)} for ${opened.device}, and can't load another one.`,
      'Use one native device per process.',
    );
  }
  if (opened.precision !== precision) {
    throw deviceError(
      `This process has already opened the engine in ${opened.precision}, and can't open it in ${precision}.`,
      'Use one precision per process.',
    );
  }
  const engine = await opened.engine;
  await useBackend();
  return engine;
}

async function useBackend(): Promise<void> {
  // If the backend does not start, setBackend returns false and activates another one.
  if (!(await tf.setBackend('tensorflow'))) throw deviceError("tfjs' TensorFlow backend does not start.");
}

async function loadNative(
  folder: string,
  { threads, precision, hideLog, gpu, member }: NativeOptions,
): Promise<Engine> {
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= member ? '3' : '2'; // errors only; a group's are thrown, too
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1'; // by default, TensorFlow only uses oneDNN on CPUs with AVX512-VNNI
  for (const [name, value] of Object.entries(gpu?.settings ?? {})) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }

  const loadAddon = () => load(join(folder, addonFile), hideLog);
  const binding = member ? joining(member, loadAddon) : loadAddon();
  // Checked before registering anything with tfjs: `auto` then opens another engine in this process.
  if (gpu && !binding.isUsingGpuDevice()) {
    throw deviceError(
      `TensorFlow can no longer open the GPU (${gpu.device}), which worked in a test process.`,
      noGpuHint,
    );
  }
  const backend = createNodeBackend(binding);
  tf.registerBackend('tensorflow', () => backend);
  await useBackend();
  registerTensorFlowKernels(backend);
  if (precision === 'bfloat16') autocast(backend);

  const name = gpu ? (gpu.description?.name ?? 'the GPU') : 'the CPU';
  return {
    ...nativeOperations(backend),
    device: gpu?.device ?? 'cpu',
    precision,
    description: `TensorFlow ${binding.TF_Version} on ${name}${precision === 'float32' ? '' : `, in ${precision}`}`,
    ...(gpu?.description && { gpu: gpu.description }),
    decodeAhead: gpu !== undefined,
    ...(member && { group: collectives(backend, member, gpu ? 'nccl' : 'ring') }),
    loadSavedModel: (folder) => loadSavedModel(binding, folder),
  };
}

const noGpuHint =
  'Check with nvidia-smi whether another program uses all of its memory, or use --device cpu.';

function load(path: string, hideLog: boolean): Binding {
  try {
    return hideLog ? withStderrHidden(() => loadBinding(path)) : loadBinding(path);
  } catch (error) {
    throw deviceError(
      `The engine ${printable(path)} can't be loaded: ${printable(reasonOf(error))}`,
      'Run alexft doctor to find the cause, or use --device wasm.',
      error,
    );
  }
}
