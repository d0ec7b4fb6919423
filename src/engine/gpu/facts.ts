// What the system says about NVIDIA GPUs and their driver, read from its files. Nothing of NVIDIA's is loaded here: a
// GPU counts only when TensorFlow has it, and this tells why it does not.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface GpuFacts {
  /** `/dev/nvidia0` and so on; under Windows' Linux `/dev/dxg`, which stands for all GPUs. */
  readonly devices: readonly string[];
  /** Windows' Linux, where the driver is Windows' own. */
  readonly wsl: boolean;
  /** The driver's version; undefined where it is not loaded, or is Windows'. */
  readonly driver: string | undefined;
  /** The driver's libraries that TensorFlow opens and that were not found. */
  readonly missing: readonly string[];
  /** As the driver numbers them: by their place on the bus. Empty where it does not say. */
  readonly gpus: readonly string[];
}

/** Whether there is a GPU of NVIDIA's to be used. Windows' Linux has its device for GPUs of any maker. */
export const hasNvidia = ({ devices, wsl, missing }: GpuFacts): boolean =>
  devices.length > 0 && !(wsl && missing.includes(cuda));

const cuda = 'libcuda.so.1';

/** CUDA, and NVML, by which TensorFlow looks for GPUs: without it, it finds none and says nothing. */
const driverLibraries = [cuda, 'libnvidia-ml.so.1'];

/** Where drivers put them: distributions, the container toolkit, Windows' Linux, NixOS. */
const libraryFolders = [
  'usr/lib/x86_64-linux-gnu',
  'usr/lib64',
  'usr/lib',
  'usr/local/nvidia/lib64',
  'usr/local/nvidia/lib',
  'usr/local/cuda/compat',
  'usr/lib/wsl/lib',
  'run/opengl-driver/lib',
];

/** Reads the facts of the system whose files are below `root`. */
export function readGpuFacts(root = '/', environment: NodeJS.ProcessEnv = process.env): GpuFacts {
  const proc = join(root, 'proc/driver/nvidia');
  const wsl = existsSync(join(root, 'dev/dxg'));
  const numbered = list(join(root, 'dev')).filter((name) => /^nvidia\d+$/.test(name));
  return {
    devices: wsl && numbered.length === 0 ? ['/dev/dxg'] : numbered.map((name) => `/dev/${name}`),
    wsl,
    driver: driverVersion(read(join(proc, 'version'))),
    missing: driverLibraries.filter((name) => !isInstalled(name, root, environment)),
    // Plain order: places on the bus are hexadecimal.
    gpus: list(join(proc, 'gpus'))
      .sort()
      .flatMap((bus) => modelOf(read(join(proc, 'gpus', bus, 'information')))),
  };
}

/**
 * The version in /proc/driver/nvidia/version, which begins so:
 * `NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023`, or with
 * `Open Kernel Module for x86_64` in place of `x86_64 Kernel Module`.
 */
export const driverVersion = (text: string): string | undefined =>
  /^NVRM version:.*?\s(\d{3,}\.\d+(?:\.\d+)?)\s/m.exec(text)?.[1];

/** The line `Model: <tab> NVIDIA GeForce RTX 3060` of a GPU's /proc/driver/nvidia/gpus/BUS/information. */
const modelOf = (text: string): string[] => {
  const model = /^Model:\s*(\S.*?)\s*$/m.exec(text)?.[1];
  return model === undefined ? [] : [model];
};

/** Whether the loader would find the library: in the folders it is told, in its cache, or in a usual place. */
function isInstalled(library: string, root: string, environment: NodeJS.ProcessEnv): boolean {
  const told = (environment.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  if (told.some((folder) => existsSync(join(folder, library)))) return true;
  if (libraryFolders.some((folder) => existsSync(join(root, folder, library)))) return true;
  // The cache is binary; the paths in it are plain text, each ended by a zero.
  const cached = read(join(root, 'etc/ld.so.cache'), 'latin1').split('\0');
  return cached.some((path) => path.endsWith(`/${library}`) && existsSync(join(root, path)));
}

function read(path: string, encoding: BufferEncoding = 'utf8'): string {
  try {
    return readFileSync(path, encoding);
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}
