// The device of a rank.

import { availableParallelism } from 'node:os';
import { usageError } from '../core/errors.js';
import type { Device } from '../engine/device.js';
import type { GroupMember } from '../engine/group/group.js';

/** The CPU, with a share of its cores where the ranks of this machine have no number of threads. */
export function ownDevice(
  { device, threads }: { readonly device: Device; readonly threads: number | undefined },
  { localSize, cores }: GroupMember,
): { device: Device; threads: number } {
  if (device !== 'auto' && device !== 'cpu') {
    throw usageError(
      `Expected --device cpu for several processes but received ${device}.`,
      'Only the CPU engine connects processes.',
    );
  }
  const share = cores ?? Math.floor(availableParallelism() / localSize);
  return { device: 'cpu', threads: threads ?? Math.max(1, share) };
}
