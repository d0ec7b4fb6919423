// The native engine's operations beyond tfjs' ops: parameters as TensorFlow resource variables, in-place optimizer
// updates, and stateless random numbers.

import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Parameter } from './engine.js';
import { attributes } from './kernels/tensorflow.js';
import { Scalars } from './scalars.js';
import type { NodeBackend } from './tfjsNode.js';

/** A resource variable. TensorFlow updates it without a copy if no tensor shares its buffer. */
interface Variable extends Parameter {
  readonly handle: number;
}

let variableCount = 0;

export function nativeOperations(
  backend: NodeBackend,
): Pick<
  Engine,
  | 'normalizedImages'
  | 'parameter'
  | 'uniform'
  | 'applyAdam'
  | 'applyGradientDescent'
  | 'applyMomentum'
  | 'handles'
> {
  const { binding } = backend;
  const { bool, float, shape: shapeAttribute, string, type } = attributes(backend);
  const scalars = new Scalars(binding);

  const createVariable = (shape: readonly number[]): Variable => {
    variableCount += 1;
    const [resource] = binding.executeOp(
      'VarHandleOp',
      [
        float('dtype'),
        shapeAttribute('shape', shape),
        string('container', ''),
        string('shared_name', `alexft${variableCount}`),
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
        try {
          assign(handle, id);
        } finally {
          binding.deleteTensor(id);
        }
      },
      dispose: () => {
        binding.executeOp('DestroyResourceOp', [bool('ignore_lookup_error', true)], [handle], 0);
        binding.deleteTensor(handle);
      },
    };
  };

  /** The caller deletes the tensor afterwards, so that the variable does not share its buffer. */
  const assign = (variable: number, id: number) => {
    binding.executeOp('AssignVariableOp', [float('dtype'), bool('validate_shape', false)], [variable, id], 0);
  };

  /** A gradient may be bfloat16 (kernels/autocast.ts); the op Identity then casts it. */
  const asFloat32 = (tensor: tf.Tensor) => backend.executeSingleOutput('Identity', [float()], [tensor]);

  /** Runs an op that updates the variables `targets`. `operands`: its scalars and the gradient, in the op's order. */
  const update = (
    op: string,
    targets: Parameter[],
    operands: (number | tf.Tensor)[],
    extra: Parameters<typeof binding.executeOp>[1] = [],
  ) => {
    tf.tidy(() => {
      const inputs = operands.map((operand) =>
        typeof operand === 'number'
          ? scalars.id(operand)
          : backend.getInputTensorIds([asFloat32(operand)])[0]!,
      );
      const handles = targets.map((target) => (target as Variable).handle);
      binding.executeOp(op, [float(), bool('use_locking', false), ...extra], [...handles, ...inputs], 0);
    });
  };

  return {
    normalizedImages: (bytes, { size, border, mean, std }) =>
      tf.tidy(() => {
        const rows = bytes.length / (size * size * 3);
        const id = binding.createTensor([rows, size, size, 3], binding.TF_UINT8, bytes);
        const types = [type('SrcT', binding.TF_UINT8), type('DstT', binding.TF_FLOAT)];
        const [cast] = binding.executeOp('Cast', [...types, bool('Truncate', false)], [id], 1);
        binding.deleteTensor(id);
        const values = tf.div(backend.createOutputTensor(cast!), 255);
        const normalized = tf.div(tf.sub(values, [...mean]), [...std]);
        const edge: [number, number] = [border, border];
        return tf.pad(normalized, [[0, 0], edge, edge, [0, 0]]);
      }),

    parameter: (shape, values) => {
      const variable = createVariable(shape);
      if (values) variable.assign(values);
      else {
        // Filled by TensorFlow: a Float32Array of zeros would be copied into the engine.
        tf.tidy(() => assign(variable.handle, backend.getInputTensorIds([tf.fill([...shape], 0)])[0]!));
      }
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

    // Powers of 0 disable the op's own bias correction, which would use a rounded 1 - beta^t.
    applyAdam: (parameter, { m, v }, gradient, { learningRate, beta1, beta2, epsilon }) =>
      update(
        'ResourceApplyAdam',
        [parameter, m, v],
        [0, 0, learningRate, beta1, beta2, epsilon, gradient],
        [bool('use_nesterov', false)],
      ),

    handles: () => binding.getNumOfTensors() - scalars.size,
  };
}
