// What a native engine is made of, as data: one recipe per device and platform, pinned by size and hash. This is the
// one table of where native engines exist; everywhere else alexft runs on WebAssembly.

import { createHash } from 'node:crypto';
import type { PipRequest } from '../../fetch/pip.js';

export type NativeDevice = 'cpu' | 'cuda';

export interface Recipe {
  readonly device: NativeDevice;
  /** Where it runs. `glibc` is the oldest that will do; `cpuFlags` are needed, in /proc/cpuinfo's words. */
  readonly runsOn: {
    readonly os: NodeJS.Platform;
    readonly arch: NodeJS.Architecture;
    readonly glibc: string;
    readonly cpuFlags: readonly string[];
  };
  readonly tensorflow: string;
  /** TensorFlow's package for Python, which carries its C library. */
  readonly wheel: PipRequest;
  /** The wheel's members that are kept, by their names in it, with their sizes. */
  readonly libraries: Readonly<Record<string, number>>;
  /** The headers that the addon includes: members that start so. They go once it is compiled. */
  readonly headers: readonly string[];
  /** tfjs-node's addon: the sources and how they are compiled. */
  readonly addon: {
    readonly package: string;
    readonly version: string;
    /** Of the names and contents of the package's folder binding/, see `hashOfSources`. */
    readonly sourcesSha256: string;
    readonly sources: readonly string[];
    readonly flags: readonly string[];
  };
}

const addon: Recipe['addon'] = {
  package: '@tensorflow/tfjs-node-gpu',
  version: '4.22.0',
  sourcesSha256: 'ca2a7b17640215f5a31963c8516bce1da6bf7338de4d3b09a944be336dd28c82',
  sources: ['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'],
  flags: ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-Wl,-rpath,$ORIGIN'],
};

export const recipes: readonly Recipe[] = [
  {
    device: 'cpu',
    runsOn: { os: 'linux', arch: 'x64', glibc: '2.27', cpuFlags: ['avx'] },
    tensorflow: '2.21.0',
    wheel: {
      name: 'tensorflow-cpu',
      version: '2.21.0',
      file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      bytes: 273_829_956,
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      platform: {
        pythonVersion: '3.11',
        implementation: 'cp',
        abi: 'cp311',
        platforms: ['manylinux_2_27_x86_64'],
      },
      onlyBinary: true,
    },
    libraries: {
      'tensorflow/libtensorflow_cc.so.2': 788_086_608,
      'tensorflow/libtensorflow_framework.so.2': 65_222_328,
    },
    headers: [
      'tensorflow/include/tensorflow/c/',
      'tensorflow/include/tensorflow/core/platform/ctstring',
      'tensorflow/include/tsl/platform/ctstring',
      'tensorflow/include/xla/tsl/c/',
    ],
    addon,
  },
];

/** The addon's file name, beside TensorFlow's libraries. */
export const addonFile = 'tfjs_binding.node';

/** Names the engine that `recipe` makes: other parts make another name, and both can stand side by side. */
export function engineName({ device, tensorflow, wheel, libraries, addon }: Recipe): string {
  const parts = JSON.stringify([wheel.sha256, libraries, addon]);
  return `${device}-tf${tensorflow}-${createHash('sha256').update(parts).digest('hex').slice(0, 8)}`;
}
