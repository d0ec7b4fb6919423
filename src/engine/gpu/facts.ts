// Detects NVIDIA GPUs and their driver from the system's files, to explain why TensorFlow can't use a GPU. Loads none
// of NVIDIA's libraries.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface GpuFacts {
  /** `/dev/nvidia0` and so on; in WSL `/dev/dxg`, which represents all GPUs. */
  readonly devices: readonly string[];
  /** Whether this is WSL, which uses the Windows driver. */
  readonly wsl: boolean;
  /** The driver's version; undefined if it is not loaded, and in WSL. */
  readonly driver: string | undefined;
  /** The driver's libraries that TensorFlow loads and that were not found. */
  readonly missing: readonly string[];
  /** Model names in the driver's order, by PCI bus id. Empty if unknown. */
  readonly gpus: readonly string[];
}

/** Whether there is an NVIDIA GPU. In WSL, /dev/dxg exists for GPUs of any vendor. */
export const hasNvidia = ({ devices, wsl, missing }: GpuFacts): boolean =>
  devices.length > 0 && !(wsl && missing.includes(cuda));

const cuda = 'libcuda.so.1';

/** CUDA, and NVML, with which TensorFlow detects GPUs: without it, it silently finds none. */
const driverLibraries = [cuda, 'libnvidia-ml.so.1'];

/** Where drivers install them: distributions, the container toolkit, WSL, NixOS. */
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

/** Reads the facts from the system's files below `root`. */
export function readGpuFacts(root = '/', environment: NodeJS.ProcessEnv = process.env): GpuFacts {
  const proc = join(root, 'proc/driver/nvidia');
  const wsl = existsSync(join(root, 'dev/dxg'));
  const numbered = list(join(root, 'dev')).filter((name) => /^nvidia\d+$/.test(name));
  return {
    devices: wsl && numbered.length === 0 ? ['/dev/dxg'] : numbered.map((name) => `/dev/${name}`),
    wsl,
    driver: driverVersion(read(join(proc, 'version'))),
    missing: driverLibraries.filter((name) => !isInstalled(name, root, environment)),
    // Plain string order: PCI bus ids are hexadecimal.
    gpus: list(join(proc, 'gpus'))
      .sort()
      .flatMap((bus) => modelOf(read(join(proc, 'gpus', bus, 'information')))),
  };
}

/**
 * The version in /proc/driver/nvidia/version, which begins with
 * `NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023`, or with
 * `Open Kernel Module for x86_64` instead of `x86_64 Kernel Module`.
 */
export const driverVersion = (text: string): string | undefined =>
  /^NVRM version:.*?\s(\d{3,}\.\d+(?:\.\d+)?)\s/m.exec(text)?.[1];

/** The model in /proc/driver/nvidia/gpus/BUS/information, in a line like `Model: <tab> NVIDIA GeForce RTX 3060`. */
const modelOf = (text: string): string[] => {
  const model = /^Model:\s*(\S.*?)\s*$/m.exec(text)?.[1];
  return model === undefined ? [] : [model];
};

/** Whether the dynamic loader would find the library: in LD_LIBRARY_PATH, a usual folder, or its cache. */
function isInstalled(library: string, root: string, environment: NodeJS.ProcessEnv): boolean {
  const searchPath = (environment.LD_LIBRARY_PATH ?? '')
    .split(':')
    .filter((folder) => folder.startsWith('/'));
  if (searchPath.some((folder) => existsSync(join(folder, library)))) return true;
  if (libraryFolders.some((folder) => existsSync(join(root, folder, library)))) return true;
  // The cache is binary, with paths as zero-terminated text.
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
