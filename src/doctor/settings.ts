// Settings in the environment that change what alexft does. They are told, not judged.

import { printable } from '../core/errors.js';
import { type Check, fine } from './check.js';

/** By name, as others share the prefixes: Terraform keeps passwords in TF_. */
const telling = [
  /^(ALEXFT|CUDA|CUDNN|DNNL|ONEDNN|OMP|MKL|OPENBLAS|VIPS|MALLOC)_/,
  /^TF_(CPP|CUDA|CUDNN|DETERMINISTIC|DISABLE|ENABLE|FORCE|GPU|MKL|NUM|ONEDNN|USE|XLA)_/,
  /^NVIDIA_(TF32_OVERRIDE|VISIBLE_DEVICES|DRIVER_CAPABILITIES)$/,
  /^(NODE_OPTIONS|UV_THREADPOOL_SIZE|TORCH_HOME|CXX|LD_PRELOAD|LD_LIBRARY_PATH|GLIBC_TUNABLES)$/,
];

/** What some of them do here. */
const effects: Readonly<Record<string, (value: string) => string | undefined>> = {
  ALEXFT_OFFLINE: (value) => (['1', 'true'].includes(value) ? 'nothing is fetched' : undefined),
  TF_ENABLE_ONEDNN_OPTS: (value) => (value === '0' ? 'slower: without oneDNN' : undefined),
  TF_NUM_INTRAOP_THREADS: () => 'has no effect: --threads does',
  TF_FORCE_GPU_ALLOW_GROWTH: () => 'has no effect: memory always grows',
  CUDA_DEVICE_ORDER: () => "has no effect: GPUs are numbered as nvidia-smi's",
  NVIDIA_TF32_OVERRIDE: () => 'has no effect: --tf32 does',
  CUDA_VISIBLE_DEVICES: (value) => (/^(-1)?$/.test(value) ? 'hides every GPU' : 'hides other GPUs'),
};

/** Read it before an engine is opened, which makes settings of its own. */
export function settingsCheck(environment = process.env): Check {
  const found = Object.entries(environment)
    .filter(([name]) => telling.some((form) => form.test(name)))
    .sort()
    .map(([name, value = '']) => {
      const effect = effects[name]?.(value);
      return printable(`${name}=${value}`) + (effect === undefined ? '' : ` (${effect})`);
    });
  return fine('settings', found.length > 0 ? found.join('; ') : 'none in the environment');
}
