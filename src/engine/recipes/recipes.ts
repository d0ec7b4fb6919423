// Pinned contents of every native engine, one recipe per device and platform. findRecipe.ts explains which platforms
// have none.

import type { PipRequest } from '../../io/pip.js';
import { nvidiaWheels } from './nvidiaWheels.js';
import type { NativeDevice, Recipe } from './recipe.js';

const addon: Recipe['addon'] = {
  package: '@tensorflow/tfjs-node-gpu',
  version: '4.22.0',
  sourcesSha256: '05b4e1e0231af5d46250609eed4e7065c595ac8e1c7354584bce3d1da0300d3a',
  sources: ['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', 'binding/joinGroup.cc'],
  flags: [
    ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-Wl,-rpath,$ORIGIN'],
    '-Wl,--wrap=TFE_NewContext,--wrap=TF_DeviceListType', // group/joinGroup.cc
  ],
};

/**
 * On macOS the host process provides Node's symbols at load time, and $ORIGIN is named @loader_path. Its linker has no
 * --wrap, so there are no groups.
 */
const darwinFlags = ['-shared', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-undefined', 'dynamic_lookup'];

const headers = [
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/',
];

const tensorflow = '2.21.0';

/** TensorFlow's wheel for CPython 3.11 and the platform `tag`. Any Python version can download it. */
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
    tested: true,
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
    extraWheels: [],
    headers,
    addon,
  },
  {
    device: 'cuda',
    runsOn: { os: 'linux', arch: 'x64', glibc: '2.27', cpuFlags: ['avx'] },
    tested: true, // its limits without a GPU: docs/engine.md
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
    extraWheels: nvidiaWheels,
    headers,
    addon,
  },
  {
    device: 'cpu',
    runsOn: { os: 'linux', arch: 'arm64', glibc: '2.27', cpuFlags: [] },
    tested: false,
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
    extraWheels: [],
    headers,
    addon,
  },
  {
    device: 'cpu',
    runsOn: { os: 'darwin', arch: 'arm64', darwin: 21, cpuFlags: [] },
    tested: false,
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
    extraWheels: [],
    headers,
    addon: {
      ...addon,
      sources: addon.sources.slice(0, 2),
      flags: [...darwinFlags, '-Wl,-rpath,@loader_path'],
    },
  },
];

/** The recipe for this machine's OS and architecture, without checking its other requirements (see `findRecipe`). */
export const localRecipe = (device: NativeDevice): Recipe | undefined =>
  recipes.find(
    (recipe) =>
      recipe.device === device &&
      recipe.runsOn.os === process.platform &&
      recipe.runsOn.arch === process.arch,
  );
