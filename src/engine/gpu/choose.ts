// Which GPU `cuda` and `cuda:N` are. TensorFlow gets to see that one alone.

import { deviceError, printable } from '../../core/errors.js';

/**
 * What CUDA_VISIBLE_DEVICES has to be for `device`. `cuda` is the first GPU, `cuda:N` the one with that number, both
 * among those that the user's own CUDA_VISIBLE_DEVICES lets through, as in PyTorch. Numbers are nvidia-smi's.
 * `names`: the GPUs that the driver knows; empty where that is not known. Throws a device error (exit 4) where there is
 * no such GPU.
 */
export function visibleDevice(
  device: string,
  names: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const [, text = '0'] = /^cuda(?::(\d+))?$/.exec(device) ?? [];
  const number = Number(text);
  const own = environment.CUDA_VISIBLE_DEVICES;
  if (own !== undefined) {
    const visible = own
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean);
    // CUDA itself stops at the first that is none: -1 hides all that follow.
    const end = visible.findIndex((each) => each.startsWith('-'));
    const chosen = (end < 0 ? visible : visible.slice(0, end))[number];
    if (chosen !== undefined) return chosen;
    throw deviceError(
      `There is no GPU ${number}: CUDA_VISIBLE_DEVICES is '${printable(own)}'.`,
      'Set CUDA_VISIBLE_DEVICES to the numbers that nvidia-smi shows, or unset it.',
    );
  }
  if (names.length > 0 && number >= names.length) {
    const list = names.map((name, index) => `\n  - cuda:${index} is ${printable(name)}`).join('');
    throw deviceError(`There is no GPU ${number}. This machine has:${list}`, 'Use one of these numbers.');
  }
  return String(number);
}

/** Settings that CUDA and TensorFlow read when they are loaded. */
export function gpuSettings(visible: string, tf32: boolean): Record<string, string | undefined> {
  return {
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID', // as nvidia-smi counts; by itself CUDA puts the fastest first
    CUDA_VISIBLE_DEVICES: visible,
    TF_FORCE_GPU_ALLOW_GROWTH: 'true', // memory as it is needed, not all of it at once
    // By itself TensorFlow rounds the factors of float32 products to 10 bits on GPUs that can (Ampere and later).
    NVIDIA_TF32_OVERRIDE: tf32 ? undefined : '0',
  };
}
