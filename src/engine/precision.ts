// The precision of convolutions and matrix products.

import { deviceError } from '../core/errors.js';
import { firstProcessor, type Processor } from './recipes/processor.js';

/**
 * `tf32`: a GPU rounds their float32 factors to 10 bits. `bfloat16`: they compute in bfloat16, like in PyTorch's
 * autocast; parameters, optimizer and loss stay float32.
 */
export const precisions = ['float32', 'tf32', 'bfloat16'] as const;

export type Precision = (typeof precisions)[number];

/** Of /proc/cpuinfo, for CPUs that multiply in bfloat16. Others convert to float32, and are slower than with it. */
const bfloat16Flags = ['avx512_bf16', 'amx_bf16', 'avx_ne_convert', 'bf16'];

/** From this compute capability on, NVIDIA's GPUs have TF32 and bfloat16. */
const ampere = 8;

/** The precisions of a CPU, by default of this one. */
export function cpuPrecisions({ flags, features }: Processor = firstProcessor()): Precision[] {
  const all = (flags ?? features ?? '').split(' ');
  return bfloat16Flags.some((flag) => all.includes(flag)) ? ['float32', 'bfloat16'] : ['float32'];
}

export const gpuPrecisions = (computeCapability: string | undefined): Precision[] =>
  computeCapability !== undefined && Number(computeCapability) < ampere ? ['float32'] : [...precisions];

/** Throws a device error (exit code 4) if the device can't compute in `precision`. `device`: in words. */
export function requirePrecision(
  precision: Precision,
  device: string,
  available: readonly Precision[],
): void {
  if (available.includes(precision)) return;
  throw deviceError(
    `--precision ${precision} is not available on ${device}, which computes in ${available.join(' or ')}.`,
    `Use --precision ${available.at(-1)}${precision === 'tf32' ? ', or a GPU: TF32 is a format of NVIDIA GPUs' : ''}.`,
  );
}
