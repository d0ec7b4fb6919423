// The part of a batch that one rank of a group computes.

import * as tf from '@tensorflow/tfjs-core';
import type { Group } from '../engine/group/group.js';
import type { Layer } from '../model/layers.js';

/**
 * Whether the ranks of a group divide each step of a training. Where only Linear layers are trained, rank 0 trains with
 * features that all compute.
 */
export const dividesSteps = (layers: readonly Layer[], first: number): boolean =>
  layers.slice(first).some(({ type }) => type === 'Conv2d');

export interface Share {
  readonly group: Group;
  /** The rows of the batch, from the own rows of every rank. */
  whole(own: tf.Tensor): tf.Tensor;
  /** The own rows among those of the batch. */
  own(whole: tf.Tensor): tf.Tensor;
}

/** The rows that each rank has where some have fewer images: theirs end with zeros. */
export const rowsOf = (counts: readonly number[]): number => Math.max(1, ...counts);

/** The share of a rank in a batch of which each rank has the next `counts[rank]` images. */
export function shareOf(group: Group, counts: readonly number[]): Share {
  const { rank } = group;
  const rows = rowsOf(counts);
  const before = counts.slice(0, rank).reduce((sum, count) => sum + count, 0);
  const isEven = counts.every((count) => count === rows);
  const positions = counts.flatMap((count, each) =>
    Array.from({ length: count }, (_, row) => each * rows + row),
  );
  return {
    group,
    whole: (own) =>
      tf.tidy(() => {
        const all = group.allGather(own);
        return isEven ? all : tf.gather(all, tf.tensor1d(positions, 'int32'));
      }),
    own: (whole) => tf.tidy(() => padded(tf.slice(whole, before, counts[rank]!), rows)),
  };
}

/** With rows of zeros at the end. They have no loss and no gradient. */
export const padded = (tensor: tf.Tensor, rows: number): tf.Tensor => {
  const missing = rows - tensor.shape[0]!;
  return missing === 0
    ? tf.clone(tensor)
    : tf.concat([tensor, tf.zeros([missing, ...tensor.shape.slice(1)])]);
};
