// The machine: Node, the platform, the CPU, memory.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { gigabytes } from '../core/formatting.js';
import { version } from '../core/version.js';
import { firstProcessor, thisPlatform } from '../engine/install/platform.js';
import { availableMemory } from '../engine/machineMemory.js';
import { type Check, fine, problem } from './check.js';

/** Bytes: this command's own peak, which trains all layers, was 2.2 GB on the CPU and 2.9 GB in WebAssembly. */
const memoryNeeded = 2.5e9;

export const machineChecks = (): Check[] => [nodeCheck(), platformCheck(), cpuCheck(), memoryCheck()];

export function nodeCheck(found = process.versions.node): Check {
  const { engines } = createRequire(import.meta.url)('../../package.json') as {
    engines: { node: string };
  };
  const [major, minor] = engines.node.match(/\d+/g)!.map(Number) as [number, number];
  const [foundMajor, foundMinor] = found.split('.').map(Number) as [number, number];
  const detail = `${found}; alexft ${version} needs ${engines.node}`;
  if (foundMajor > major || (foundMajor === major && foundMinor >= minor)) return fine('node', detail);
  return problem('node', detail, `install Node ${major}.${minor} or newer`);
}

function platformCheck(): Check {
  const { os, arch, glibc, release } = thisPlatform();
  const library = os !== 'linux' ? '' : glibc === undefined ? ', no glibc' : `, glibc ${glibc}`;
  return fine('platform', `${os}-${arch}${library}, kernel ${release}`);
}

/** What TensorFlow's kernels make use of, by /proc/cpuinfo's names. */
const features: readonly (readonly [name: string, flags: readonly string[]])[] = [
  ['AVX', ['avx']],
  ['AVX2', ['avx2']],
  ['AVX512F', ['avx512f']],
  ['VNNI', ['avx512_vnni', 'avx_vnni']],
  ['BF16', ['avx512_bf16', 'amx_bf16']],
];

function cpuCheck(): Check {
  const { cpuFlags } = thisPlatform();
  const model = firstProcessor().name ?? cpus()[0]?.model ?? 'unknown CPU';
  const has = ([, flags]: (typeof features)[number]) => flags.some((flag) => cpuFlags?.includes(flag));
  const names = (kept: typeof features) => kept.map(([name]) => name).join(', ');
  const there = names(features.filter(has));
  const missing = names(features.filter((feature) => !has(feature)));
  const known = [there, missing && `no ${missing}`].filter(Boolean).join('; ');
  const cores = availableParallelism();
  const limit = coreLimit();
  const detail = [
    model,
    `${cores} ${cores === 1 ? 'core' : 'cores'} to be used`,
    ...(cpuFlags ? [known] : []),
    ...(limit !== undefined ? [`limited to ${limit.toFixed(1)} by its control group`] : []),
  ].join('; ');
  const crowded = limit !== undefined && Math.ceil(limit) < cores;
  return fine('cpu', detail, crowded ? `--threads ${Math.ceil(limit)}` : undefined);
}

/** Cores' worth of time that a control group allows (a container's --cpus); undefined where there is no limit. */
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
  const detail = `${gigabytes(total)}${limited}; ${gigabytes(available)} to be had`;
  if (available >= memoryNeeded) return fine('memory', detail);
  return problem(
    'memory',
    `${detail}, where training takes up to ${gigabytes(memoryNeeded)}`,
    'end other programs, or give the container more memory',
  );
}
