// Checks the machine: Node, the platform, the CPU and the memory.

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { gigabytes } from '../core/formatting.js';
import { supportedNode, version } from '../core/version.js';
import { availableMemory } from '../engine/machineMemory.js';
import { thisPlatform } from '../engine/recipes/platform.js';
import { firstProcessor } from '../engine/recipes/processor.js';
import { type Check, pass, problem } from './diagnosis.js';

/** Bytes. Measured: training all layers for this command peaks at 2.2 GB on the CPU and 2.9 GB with WebAssembly. */
const memoryNeeded = 2.5e9;

export const machineChecks = (): Check[] => [nodeCheck(), platformCheck(), cpuCheck(), memoryCheck()];

export function nodeCheck(found = process.versions.node): Check {
  const [major, minor] = supportedNode.match(/\d+/g)!.map(Number) as [number, number];
  const [foundMajor, foundMinor] = found.split('.').map(Number) as [number, number];
  const detail = `${found}; alexft ${version} requires ${supportedNode}`;
  if (foundMajor > major || (foundMajor === major && foundMinor >= minor)) return pass('node', detail);
  return problem('node', detail, `install Node ${major}.${minor} or newer`);
}

function platformCheck(): Check {
  const { os, arch, glibc, release } = thisPlatform();
  const library = os !== 'linux' ? '' : glibc === undefined ? ', no glibc' : `, glibc ${glibc}`;
  return pass('platform', `${os}-${arch}${library}, kernel ${release}`);
}

/** CPU features that TensorFlow's kernels use, by their names in /proc/cpuinfo. */
const features: readonly (readonly [name: string, flags: readonly string[]])[] = [
  ['AVX', ['avx']],
  ['AVX2', ['avx2']],
  ['AVX512F', ['avx512f']],
  ['VNNI', ['avx512_vnni', 'avx_vnni']],
  ['BF16', ['avx512_bf16', 'amx_bf16', 'avx_ne_convert']],
];

function cpuCheck(): Check {
  const { cpuFlags } = thisPlatform();
  const model = firstProcessor().name ?? cpus()[0]?.model ?? 'unknown CPU';
  const has = ([, flags]: (typeof features)[number]) => flags.some((flag) => cpuFlags?.includes(flag));
  const names = (list: typeof features) => list.map(([name]) => name).join(', ');
  const present = names(features.filter(has));
  const missing = names(features.filter((feature) => !has(feature)));
  const known = [present, missing && `no ${missing}`].filter(Boolean).join('; ');
  const cores = availableParallelism();
  const limit = coreLimit();
  const detail = [
    model,
    `${cores} usable ${cores === 1 ? 'core' : 'cores'}`,
    ...(cpuFlags ? [known] : []),
    ...(limit !== undefined ? [`limited to ${limit.toFixed(1)} by its control group`] : []),
  ].join('; ');
  const oversubscribed = limit !== undefined && Math.ceil(limit) < cores;
  return pass('cpu', detail, oversubscribed ? `--threads ${Math.ceil(limit)}` : undefined);
}

/** The CPU limit of the control group in cores (a container's --cpus); undefined if there is none. */
function coreLimit(): number | undefined {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      return '';
    }
  };
  const [quota, period] = read('/sys/fs/cgroup/cpu.max').split(' ').map(Number);
  if (quota && period) return quota / period;
  const oldQuota = Number(read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'));
  const oldPeriod = Number(read('/sys/fs/cgroup/cpu/cpu.cfs_period_us'));
  return oldQuota > 0 && oldPeriod > 0 ? oldQuota / oldPeriod : undefined;
}

export function memoryCheck(available = availableMemory(), total = totalmem()): Check {
  const limit = process.constrainedMemory();
  const limited = limit > 0 && limit < total ? `, limited to ${gigabytes(limit)} by its control group` : '';
  const detail = `${gigabytes(total)}${limited}; ${gigabytes(available)} available`;
  if (available >= memoryNeeded) return pass('memory', detail);
  return problem(
    'memory',
    `${detail}; training needs up to ${gigabytes(memoryNeeded)}`,
    'close other programs, or give the container more memory',
  );
}
