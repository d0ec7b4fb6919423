// Lists environment variables that affect alexft.

import { printable } from '../core/errors.js';
import { type Check, pass } from './diagnosis.js';

/** Specific names, not whole prefixes: Terraform stores passwords in TF_ variables. */
const relevant = [
  /^(ALEXFT|CUDA|CUDNN|DNNL|ONEDNN|OMP|MKL|OPENBLAS|VIPS|MALLOC)_/,
  /^TF_(CPP|CUDA|CUDNN|DETERMINISTIC|DISABLE|ENABLE|FORCE|GPU|MKL|NUM|ONEDNN|USE|XLA)_/,
  /^NVIDIA_(TF32_OVERRIDE|VISIBLE_DEVICES|DRIVER_CAPABILITIES)$/,
  /^(NODE_OPTIONS|UV_THREADPOOL_SIZE|TORCH_HOME|CXX|LD_PRELOAD|LD_LIBRARY_PATH|GLIBC_TUNABLES)$/,
];

/** The effects of some of them. */
const effects: Readonly<Record<string, (value: string) => string | undefined>> = {
  ALEXFT_OFFLINE: (value) => (['1', 'true'].includes(value) ? 'downloads are disabled' : undefined),
  TF_ENABLE_ONEDNN_OPTS: (value) => (value === '0' ? 'slower, without oneDNN' : undefined),
  TF_NUM_INTRAOP_THREADS: () => 'no effect: use --threads',
  TF_FORCE_GPU_ALLOW_GROWTH: () => 'no effect: memory growth is always on',
  CUDA_DEVICE_ORDER: () => 'no effect: GPUs have the numbers of nvidia-smi',
  NVIDIA_TF32_OVERRIDE: () => 'no effect: use --precision tf32',
  CUDA_VISIBLE_DEVICES: (value) => (/^(-1)?$/.test(value) ? 'hides every GPU' : 'hides other GPUs'),
};

/** Call this before an engine is opened, because engines set such variables themselves. */
export function settingsCheck(environment = process.env): Check {
  const found = Object.entries(environment)
    .filter(([name]) => relevant.some((form) => form.test(name)))
    .sort()
    .map(([name, value = '']) => {
      const effect = effects[name]?.(value);
      return printable(`${name}=${value}`) + (effect === undefined ? '' : ` (${effect})`);
    });
  return pass('settings', found.length > 0 ? found.join('; ') : 'no relevant environment variables');
}
