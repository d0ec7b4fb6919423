// Explains what prevents TensorFlow from using a GPU, in the order in which to fix it.

import { isOlder } from '../../core/version.js';
import type { GpuFacts } from './facts.js';

export interface Missing {
  /** A sentence without a full stop. */
  readonly what: string;
  readonly fix: string;
}

/**
 * The oldest driver that supports CUDA 12, from NVIDIA's table of minor version compatibility. GPUs that are newer
 * than TensorFlow's kernels (Blackwell, compute capability 10 and 12) need driver 570, which compiles TensorFlow's PTX
 * for them.
 */
const oldestDriver = '525.60.13';

/** What is missing, in the order in which to fix it; empty if nothing is. */
export function missingOf({ devices, wsl, driver, missing }: GpuFacts): Missing[] {
  if (devices.length === 0) {
    const container = 'start a container with access to the GPU (docker run --gpus all)';
    if (driver !== undefined) {
      return [
        {
          what: `no NVIDIA device: /dev/nvidia0 does not exist, although the driver ${driver} is loaded`,
          fix: container,
        },
      ];
    }
    const fix = `install NVIDIA's driver ${oldestDriver} or newer if nvidia-smi lists no GPU; ${container}`;
    return [{ what: 'no NVIDIA device: /dev/nvidia0 does not exist', fix }];
  }
  const found: Missing[] = [];
  if (!wsl && driver === undefined) {
    found.push({
      what: `no driver: /proc/driver/nvidia/version does not exist, although ${devices[0]} does`,
      fix: `install NVIDIA's driver ${oldestDriver} or newer, and restart if it was just updated`,
    });
  } else if (driver !== undefined && isOlder(driver, oldestDriver)) {
    found.push({
      what: `the driver is too old: expected ${oldestDriver} or newer for CUDA 12 but found ${driver}`,
      fix: `install NVIDIA's driver ${oldestDriver} or newer`,
    });
  }
  if (missing.length > 0) {
    found.push({
      what: `the driver's ${missing.join(' and ')} ${missing.length > 1 ? 'were' : 'was'} not found`,
      fix: wsl
        ? "install NVIDIA's driver on Windows, not inside WSL; it provides the libraries in /usr/lib/wsl/lib"
        : "install the driver's libraries of the same version; in a container, set NVIDIA_DRIVER_CAPABILITIES=compute,utility",
    });
  }
  return found;
}
