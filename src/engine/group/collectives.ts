// TensorFlow's collective operations between the processes of a group: over gRPC, or between GPUs by NVIDIA's NCCL.

import * as tf from '@tensorflow/tfjs-core';
import { reasonOf } from '../../core/errors.js';
import { attributes } from '../kernels/tensorflow.js';
import type { NodeBackend } from '../tfjsNode.js';
import { GroupFailure } from './failure.js';
import type { Group, GroupMember } from './group.js';
import { serverDef, taskName } from './serverDef.js';

/** Seconds. Ranks that have ended are noticed much earlier; another rank may be writing a large checkpoint. */
const collectiveTimeout = 1800;

/**
 * Runs `load`, which loads the addon, so that TensorFlow's context joins the group. Throws a GroupFailure where a rank
 * does not come.
 */
export function joining<T>(member: GroupMember, load: () => T): T {
  const { env } = process;
  env.ALEXFT_SERVER_DEF = Buffer.from(serverDef(member)).toString('hex');
  env.ALEXFT_OWN_DEVICES = `${taskName(member.rank)}/`;
  try {
    const loaded = load();
    if (env.ALEXFT_JOIN_ERROR !== undefined) {
      throw new GroupFailure(env.ALEXFT_JOIN_ERROR, member);
    }
    return loaded;
  } finally {
    for (const name of ['SERVER_DEF', 'OWN_DEVICES', 'JOIN_ERROR']) delete env[`ALEXFT_${name}`];
  }
}

/** The group that the backend's TensorFlow has joined. `hint`: the implementation of the operations. */
export function collectives(backend: NodeBackend, member: GroupMember, hint: 'ring' | 'nccl'): Group {
  const { binding } = backend;
  const { bool, float, string } = attributes(backend);
  const { rank, addresses } = member;
  const costs = { milliseconds: 0, bytes: 0 };
  /** TensorFlow names an operation of a group by a number, which belongs to one shape. */
  const instances = new Map<string, number>();

  const run = (op: string, tensor: tf.Tensor, extra: Parameters<typeof binding.executeOp>[1]): tf.Tensor => {
    const name = `${op} ${tensor.shape}`;
    if (!instances.has(name)) instances.set(name, instances.size + 1);
    const start = performance.now();
    try {
      return tf.tidy(() => {
        const numbers = [addresses.length, 1, instances.get(name)!].map((value) => tf.scalar(value, 'int32'));
        const options = [
          float(),
          string('communication_hint', hint),
          { name: 'timeout_seconds', type: binding.TF_ATTR_FLOAT, value: collectiveTimeout },
          bool('is_stateless', false),
          { name: 'Nordering_token', type: binding.TF_ATTR_INT, value: 0 },
          ...extra,
        ];
        return backend.executeSingleOutput(op, options, [tensor, ...numbers]);
      });
    } catch (error) {
      throw new GroupFailure(reasonOf(error), member);
    } finally {
      costs.milliseconds += performance.now() - start;
      costs.bytes += 4 * tensor.size * (op === 'CollectiveGatherV2' ? addresses.length : 1);
    }
  };

  return {
    rank,
    worldSize: addresses.length,
    costs,
    allGather: (rows) => run('CollectiveGatherV2', rows, []),
    allReduce: (tensor) =>
      run('CollectiveReduceV2', tensor, [
        string('merge_op', 'Add'),
        string('final_op', 'Id'),
        { name: 'max_subdivs_per_device', type: binding.TF_ATTR_INT, value: -1 },
      ]),
  };
}
