// The native engine: TensorFlow's C library through tfjs-node's addon.

import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { deviceError } from '../errors.js';
import type { Engine, Parameter } from './engine.js';
import { registerGradients } from './gradients.js';
import { withStderrHidden } from './hiddenLog.js';
import { attributes, registerTensorFlowKernels } from './kernels/tensorflow.js';
import { createNodeBackend, loadBinding, type NodeBackend } from './tfjsNode.js';

/** TensorFlow can be loaded only once into a process, and reads its settings from the environment as it is. */
let opened: { folder: string; engine: Engine } | undefined;

/**
 * Opens the engine in `folder` (libtensorflow_cc.so.2, libtensorflow_framework.so.2 and tfjs_binding.node) and makes
 * it tfjs' current backend. A second call gives the same engine, with the threads of the first.
 */
export function openNative(folder: string, options: { threads: number; hideLog: boolean }): Engine {
  opened ??= { folder, engine: loadNative(folder, options) };
  if (opened.folder !== folder) {
    throw deviceError(
      `This process has loaded the engine in ${opened.folder}, and can't load another one.`,
      'Use one native device in a process.',
    );
  }
  if (!tf.setBackend('tensorflow')) throw deviceError('tfjs did not take the TensorFlow backend.');
  return opened.engine;
}

function loadNative(folder: string, { threads, hideLog }: { threads: number; hideLog: boolean }): Engine {
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'; // errors only: the rest is noise on every start
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1'; // by default only on CPUs with AVX512-VNNI or better
  process.env.NVIDIA_TF32_OVERRIDE ??= '0'; // TensorFlow would round float32 products to 10 bits by itself
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';

  const load = () => loadBinding(join(folder, 'tfjs_binding.node'));
  const binding = hideLog ? withStderrHidden(load) : load();
  const backend = createNodeBackend(binding);
  tf.registerBackend('tensorflow', () => backend);
  tf.setBackend('tensorflow');
  registerGradients();
  registerTensorFlowKernels(backend);

  const gpu = binding.isUsingGpuDevice();
  return {
    ...operations(backend),
    device: gpu ? 'cuda:0' : 'cpu',
    description: `TensorFlow ${binding.TF_Version} on ${gpu ? 'the GPU' : 'the CPU'}`,
    decodeAhead: gpu,
    handles: () => binding.getNumOfTensors(),
  };
}

/** A resource variable: TensorFlow updates it in place, without a copy, if no tensor shares its buffer. */
interface Variable extends Parameter {
  readonly handle: number;
}

let variables = 0;

function operations(
  backend: NodeBackend,
): Pick<Engine, 'parameter' | 'uniform' | 'applyAdam' | 'applyGradientDescent' | 'applyMomentum'> {
  const { binding } = backend;
  const { bool, float, shape: shapeAttribute, string, type } = attributes(backend);

  const createVariable = (shape: readonly number[]): Variable => {
    variables += 1;
    const [resource] = binding.executeOp(
      'VarHandleOp',
      [
        float('dtype'),
        shapeAttribute('shape', shape),
        string('container', ''),
        string('shared_name', `alexft${variables}`),
      ],
      [],
      1,
    );
    const handle = resource!.id;
    const read = () => binding.executeOp('ReadVariableOp', [float('dtype')], [handle], 1)[0]!;
    return {
      shape,
      handle,
      read: () => backend.createOutputTensor(read()),
      values: () => {
        const { id } = read();
        const values = binding.tensorDataSync(id);
        binding.deleteTensor(id);
        return values;
      },
      assign: (values) => {
        const id = binding.createTensor([...shape], binding.TF_FLOAT, values);
        binding.executeOp(
          'AssignVariableOp',
          [float('dtype'), bool('validate_shape', false)],
          [handle, id],
          0,
        );
        binding.deleteTensor(id);
      },
      dispose: () => {
        binding.executeOp('DestroyResourceOp', [bool('ignore_lookup_error', true)], [handle], 0);
        binding.deleteTensor(handle);
      },
    };
  };

  /** Runs an op that updates variables: their handles, then scalars, and the gradient where the op wants it. */
  const update = (
    op: string,
    targets: Parameter[],
    operands: (number | tf.Tensor)[],
    extra: Parameters<typeof binding.executeOp>[1] = [],
  ) => {
    const owned: number[] = [];
    const inputs = operands.map((operand) => {
      if (typeof operand !== 'number') return backend.getInputTensorIds([operand])[0]!;
      const id = binding.createTensor([], binding.TF_FLOAT, new Float32Array([operand]));
      owned.push(id);
      return id;
    });
    const handles = targets.map((target) => (target as Variable).handle);
    binding.executeOp(op, [float(), bool('use_locking', false), ...extra], [...handles, ...inputs], 0);
    for (const id of owned) binding.deleteTensor(id);
  };

  return {
    parameter: (shape, values) => {
      const variable = createVariable(shape);
      variable.assign(values ?? new Float32Array(shape.reduce((product, n) => product * n, 1)));
      return variable;
    },

    uniform: (shape, seed) =>
      tf.tidy(() =>
        backend.executeSingleOutput(
          'StatelessRandomUniform',
          [float('dtype'), type('T', binding.TF_INT32), type('Tseed', binding.TF_INT32)],
          [tf.tensor1d(shape, 'int32'), tf.tensor1d([...seed], 'int32')],
        ),
      ),

    applyGradientDescent: (parameter, gradient, learningRate) =>
      update('ResourceApplyGradientDescent', [parameter], [learningRate, gradient]),

    applyMomentum: (parameter, buffer, gradient, { learningRate, momentum }) =>
      update(
        'ResourceApplyMomentum',
        [parameter, buffer],
        [learningRate, gradient, momentum],
        [bool('use_nesterov', false)],
      ),

    // The op's own bias correction is switched off by powers of 0: it would work with rounded 1 - beta^t.
    applyAdam: (parameter, { m, v }, gradient, { learningRate, beta1, beta2, epsilon }) =>
      update(
        'ResourceApplyAdam',
        [parameter, m, v],
        [0, 0, learningRate, beta1, beta2, epsilon, gradient],
        [bool('use_nesterov', false)],
      ),
  };
}
