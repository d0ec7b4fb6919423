// The processes that train together. Each runs the same operations in the same order.

import type { Tensor } from '@tensorflow/tfjs-core';

export interface Group {
  /** The number of this process, from 0. */
  readonly rank: number;
  readonly worldSize: number;
  /** The rows of all ranks, in the order of the ranks. Float32, of the same shape on each. */
  allGather(rows: Tensor): Tensor;
  /** The sum over all ranks. Float32, of the same shape on each. */
  allReduce(tensor: Tensor): Tensor;
  /** Milliseconds and bytes that this process has spent in these operations. */
  readonly costs: { milliseconds: number; bytes: number };
}

/** What a process needs to join. */
export interface GroupMember {
  readonly rank: number;
  /** Where each rank listens, `host:port`. */
  readonly addresses: readonly string[];
  /** Ranks on this machine, which share its cores. */
  readonly localSize: number;
  /** The number among them, from 0. */
  readonly localRank: number;
  /** Cores of this rank, if known. */
  readonly cores?: number | undefined;
}
