// What of the system keeps TensorFlow from a GPU, in the order in which one would mend it.

import type { GpuFacts } from './facts.js';

export interface Missing {
  /** A sentence without a full stop. */
  readonly what: string;
  readonly fix: string;
}

/**
 * The oldest driver for programs made for CUDA 12, by NVIDIA's table of minor version compatibility. GPUs newer than
 * TensorFlow's kernels (compute capability 10 and 12, Blackwell) have no driver older than 570, which translates its
 * PTX for them.
 */
const oldestDriver = '525.60.13';

/** What is missing, the first thing to mend first; empty where nothing is. */
export function missingOf({ devices, wsl, driver, missing }: GpuFacts): Missing[] {
  if (devices.length === 0) {
    const container = 'a container has to be started with its GPU (docker run --gpus all)';
    if (driver !== undefined) {
      return [
        {
          what: `no NVIDIA device: there is no /dev/nvidia0, though the driver ${driver} is loaded`,
          fix: container,
        },
      ];
    }
    const fix = `see that nvidia-smi shows a GPU, and if it does not, install NVIDIA's driver ${oldestDriver} or newer; ${container}`;
    return [{ what: 'no NVIDIA device: there is no /dev/nvidia0', fix }];
  }
  const found: Missing[] = [];
  if (!wsl && driver === undefined) {
    found.push({
      what: `no driver: /proc/driver/nvidia/version is not there, though ${devices[0]} is`,
      fix: `install NVIDIA's driver ${oldestDriver} or newer, and restart if it was updated just now`,
    });
  } else if (driver !== undefined && isOlder(driver, oldestDriver)) {
    found.push({
      what: `the driver is too old: ${driver}, where CUDA 12 needs ${oldestDriver} or newer`,
      fix: `install NVIDIA's driver ${oldestDriver} or newer`,
    });
  }
  if (missing.length > 0) {
    found.push({
      what: `${missing.join(' and ')} of the driver ${missing.length > 1 ? 'are' : 'is'} not found`,
      fix: wsl
        ? "install NVIDIA's driver for Windows, and none in its Linux; the libraries are in /usr/lib/wsl/lib"
        : "install the driver's libraries of the same version; a container gets them with NVIDIA_DRIVER_CAPABILITIES=compute,utility",
    });
  }
  return found;
}

function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) => text.split('.').map(Number);
  const other = numbers(than);
  const index = other.findIndex((number, at) => number !== (numbers(version)[at] ?? 0));
  return index >= 0 && (numbers(version)[index] ?? 0) < other[index]!;
}
