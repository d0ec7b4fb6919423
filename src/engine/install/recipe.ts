// What a native engine is made of, as data: one recipe per device and platform, pinned by size and hash. Where there
// is none, alexft runs on WebAssembly (platform.ts says why).

import { createHash } from 'node:crypto';
import type { PipRequest } from '../../io/pip.js';
import { nvidiaWheels } from './nvidiaWheels.js';

export type NativeDevice = 'cpu' | 'cuda';

/** A wheel and what is kept of it. */
export interface WheelPart {
  readonly wheel: PipRequest;
  /** The members that are kept, by their names in the wheel, with their sizes. */
  readonly members: Readonly<Record<string, number>>;
  /** Where a member is put, if that is not its own name. */
  readonly places?: Readonly<Record<string, string>>;
}

export interface Recipe {
  readonly device: NativeDevice;
  /** Where it runs. */
  readonly runsOn: {
    readonly os: NodeJS.Platform;
    readonly arch: NodeJS.Architecture;
    /** On Linux: the oldest glibc that will do. */
    readonly glibc?: string;
    /** On macOS: the oldest kernel (Darwin) that will do. 21 is macOS 12. */
    readonly darwin?: number;
    /** What the processor must be able to do, in /proc/cpuinfo's words. */
    readonly cpuFlags: readonly string[];
  };
  /** Whether this very recipe was followed and its engine run. One that was not is used only by `alexft setup`. */
  readonly tried: boolean;
  readonly tensorflow: string;
  /** TensorFlow's package for Python, which carries its C library. */
  readonly wheel: PipRequest;
  /** The members of `wheel` that are kept and that the addon is linked with, with their sizes. */
  readonly libraries: Readonly<Record<string, number>>;
  /** What lies beside TensorFlow's folder. */
  readonly beside: readonly WheelPart[];
  /** The headers that the addon includes: members of `wheel` that start so. They go once it is compiled. */
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

/** On macOS the program that loads the addon has Node's functions, and an rpath has another name. */
const darwinFlags = ['-shared', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-undefined', 'dynamic_lookup'];

const headers = [
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/',
];

const tensorflow = '2.21.0';

/** TensorFlow's wheel for CPython 3.11 and the platform `tag`. The Python that fetches it may be any. */
const wheelFor = (name: string, tag: string, bytes: number, sha256: string): PipRequest => ({
  name,
  version: tensorflow,
  file: `${name.replace('-', '_')}-${tensorflow}-cp311-cp311-${tag}.whl`,
  bytes,
  sha256,
  platform: { pythonVersion: '3.11', implementation: 'cp', abi: 'cp311', platforms: [tag] },
  onlyBinary: true,
});

export const recipes: readonly Recipe[] = [
  {
    device: 'cpu',
    runsOn: { os: 'linux', arch: 'x64', glibc: '2.27', cpuFlags: ['avx'] },
    tried: true,
    tensorflow,
    wheel: wheelFor(
      'tensorflow-cpu',
      'manylinux_2_27_x86_64',
      273_829_956,
      '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    ),
    libraries: {
      'tensorflow/libtensorflow_cc.so.2': 788_086_608,
      'tensorflow/libtensorflow_framework.so.2': 65_222_328,
    },
    beside: [],
    headers,
    addon,
  },
  {
    device: 'cuda',
    runsOn: { os: 'linux', arch: 'x64', glibc: '2.27', cpuFlags: ['avx'] },
    tried: true, // as far as the GPU: see docs/engine.md
    tensorflow,
    wheel: wheelFor(
      'tensorflow',
      'manylinux_2_27_x86_64',
      572_440_367,
      '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    ),
    libraries: {
      'tensorflow/libtensorflow_cc.so.2': 1_096_372_272,
      'tensorflow/libtensorflow_framework.so.2': 162_648_808,
    },
    beside: nvidiaWheels,
    headers,
    addon,
  },
  {
    device: 'cpu',
    runsOn: { os: 'linux', arch: 'arm64', glibc: '2.27', cpuFlags: [] },
    tried: false,
    tensorflow,
    wheel: wheelFor(
      'tensorflow',
      'manylinux_2_27_aarch64',
      281_828_020,
      '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    ),
    libraries: {
      'tensorflow/libtensorflow_cc.so.2': 814_885_544,
      'tensorflow/libtensorflow_framework.so.2': 68_176_664,
    },
    beside: [],
    headers,
    addon,
  },
  {
    device: 'cpu',
    runsOn: { os: 'darwin', arch: 'arm64', darwin: 21, cpuFlags: [] },
    tried: false,
    tensorflow,
    wheel: wheelFor(
      'tensorflow',
      'macosx_12_0_arm64',
      223_405_849,
      '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
    ),
    libraries: {
      'tensorflow/libtensorflow_cc.2.dylib': 691_352_648,
      'tensorflow/libtensorflow_framework.2.dylib': 49_452_976,
    },
    beside: [],
    headers,
    addon: { ...addon, flags: [...darwinFlags, '-Wl,-rpath,@loader_path'] },
  },
];

/** The addon's file name, beside TensorFlow's libraries. */
export const addonFile = 'tfjs_binding.node';

/** Every wheel of a recipe, TensorFlow's first. */
export const wheelsOf = ({ wheel, libraries, beside }: Recipe): readonly WheelPart[] => [
  { wheel, members: libraries },
  ...beside,
];

/** Every file that is kept of the wheels, by its place in the engine's folder, with its size. */
export function keptFiles(recipe: Recipe): Record<string, number> {
  const files = wheelsOf(recipe).flatMap(({ members, places }) =>
    Object.entries(members).map(([member, bytes]): [string, number] => [places?.[member] ?? member, bytes]),
  );
  return Object.fromEntries(files);
}

/** Names the engine that `recipe` makes: other parts make another name, and both can stand side by side. */
export function engineName({ device, tensorflow, wheel, libraries, addon, beside }: Recipe): string {
  const parts = JSON.stringify([wheel.sha256, libraries, addon, ...beside]);
  return `${device}-tf${tensorflow}-${createHash('sha256').update(parts).digest('hex').slice(0, 8)}`;
}
