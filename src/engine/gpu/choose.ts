// Resolves `cuda` and `cuda:N` to a GPU, which is the only one that TensorFlow can see.

import { deviceError, printable } from '../../core/errors.js';

/**
 * The value of CUDA_VISIBLE_DEVICES that selects `device`. As in PyTorch, N counts the GPUs that the user's own
 * CUDA_VISIBLE_DEVICES allows; numbers are nvidia-smi's. `names`: the driver's GPUs; empty if unknown. Throws a device
 * error (exit code 4) if there is no such GPU.
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
    // CUDA ignores everything from the first invalid number on: -1 hides all that follow.
    const end = visible.findIndex((each) => each.startsWith('-'));
    const chosen = (end < 0 ? visible : visible.slice(0, end))[number];
    if (chosen !== undefined) return chosen;
    throw deviceError(
      `There is no GPU ${number}: CUDA_VISIBLE_DEVICES is '${printable(own)}'.`,
      'Set CUDA_VISIBLE_DEVICES to numbers that nvidia-smi lists, or unset it.',
    );
  }
  if (names.length > 0 && number >= names.length) {
    const list = names.map((name, index) => `\n  - cuda:${index} is ${printable(name)}`).join('');
    throw deviceError(`There is no GPU ${number}. This machine has:${list}`, 'Use one of these numbers.');
  }
  return String(number);
}

/** Environment variables that CUDA and TensorFlow read when they are loaded. */
export function gpuSettings(visible: string, tf32: boolean): Record<string, string | undefined> {
  return {
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID', // nvidia-smi's order; CUDA's default is fastest first
    CUDA_VISIBLE_DEVICES: visible,
    TF_FORCE_GPU_ALLOW_GROWTH: 'true', // allocate memory as needed, not all of it at once
    TF_ENABLE_MAXPOOL_NANPROP: '1', // as on a CPU: otherwise NaN ends there, and the loss stays finite
    // TensorFlow uses TF32 by default on GPUs that support it (Ampere and later).
    NVIDIA_TF32_OVERRIDE: tf32 ? undefined : '0',
  };
}
