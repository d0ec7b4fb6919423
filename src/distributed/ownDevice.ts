// The device of a rank.

import { availableParallelism } from 'node:os';
import { usageError } from '../core/errors.js';
import type { Device } from '../engine/device.js';
import type { GroupMember } from '../engine/group/group.js';

/**
 * The CPU, with a share of its cores where the ranks of this machine have no number of threads; or with `cuda` a GPU of
 * its own. A launcher may show each rank its GPU alone.
 */
export function ownDevice(
  { device, threads }: { readonly device: Device; readonly threads: number | undefined },
  { localSize, localRank, cores }: Pick<GroupMember, 'localSize' | 'localRank' | 'cores'>,
  { CUDA_VISIBLE_DEVICES: visible }: NodeJS.ProcessEnv = process.env,
): { device: Device; threads: number } {
  if (device === 'wasm') {
    throw usageError(
      'Expected --device cpu or cuda for several processes but received wasm.',
      'Only TensorFlow connects processes.',
    );
  }
  const available = availableParallelism();
  // srun passes on a batch script's number, although its tasks may have fewer.
  const share = cores === undefined ? Math.floor(available / localSize) : Math.min(cores, available);
  const gpu = visible !== undefined && !visible.includes(',') ? 0 : localRank;
  const own = device === 'cuda' ? (`cuda:${gpu}` as const) : device === 'auto' ? 'cpu' : device;
  return { device: own, threads: threads ?? Math.max(1, share) };
}
