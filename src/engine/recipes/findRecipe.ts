// Selects the recipe for a device and a platform, or explains why there is none.

import { deviceError } from '../../core/errors.js';
import { isOlder } from '../../core/version.js';
import { type Platform, thisPlatform } from './platform.js';
import type { NativeDevice, Recipe } from './recipe.js';
import { recipes } from './recipes.js';

/** Platforms that are known to be unsupported, and why. Anything else without a recipe is untested. */
const unsupported: readonly {
  readonly device?: NativeDevice;
  readonly os: NodeJS.Platform;
  readonly arch?: string;
  readonly why: string;
}[] = [
  {
    os: 'darwin',
    arch: 'x64',
    why: 'TensorFlow has had no builds for Macs with Intel processors since 2.16',
  },
  {
    os: 'win32',
    why: "TensorFlow's library for Windows is part of its Python module and does not load without it",
  },
  { device: 'cuda', os: 'darwin', why: 'macOS has no CUDA' },
  { device: 'cuda', os: 'linux', arch: 'arm64', why: "TensorFlow's build for arm64 has no CUDA" },
];

/** The recipe of `device`'s engine on `platform`, or the reason why there is none. */
export function findRecipe(device: NativeDevice, platform: Platform): Recipe | string {
  const { os, arch } = platform;
  const forDevice = recipes.filter((recipe) => recipe.device === device);
  const recipe = forDevice.find(({ runsOn }) => runsOn.os === os && runsOn.arch === arch);
  const expected = `alexft has a native engine for ${forDevice.map(requirementsOf).join(', ')}`;
  if (!recipe) {
    const known = unsupported.find(
      (row) =>
        (row.device ?? device) === device && row.os === os && (row.arch === undefined || row.arch === arch),
    );
    return known ? `${known.why} (this is ${os}-${arch})` : `this is ${os}-${arch}; ${expected}`;
  }
  const { glibc, darwin, cpuFlags } = recipe.runsOn;
  if (glibc !== undefined) {
    if (platform.glibc === undefined) return `this system's C library is not glibc; ${expected}`;
    if (isOlder(platform.glibc, glibc)) return `this system has glibc ${platform.glibc}; ${expected}`;
  }
  if (darwin !== undefined && Number.parseInt(platform.release ?? '', 10) < darwin) {
    return `this macOS is too old (Darwin ${platform.release}); ${expected}`;
  }
  const missing = cpuFlags.filter((flag) => platform.cpuFlags && !platform.cpuFlags.includes(flag));
  if (missing.length > 0)
    return `this CPU has no ${missing.join(', ').toUpperCase()}, which TensorFlow requires`;
  return recipe;
}

function requirementsOf({ runsOn: { os, arch, glibc, darwin } }: Recipe): string {
  if (darwin !== undefined) return `${os}-${arch} with macOS ${darwin - 9} or newer`;
  return `${os}-${arch} with glibc ${glibc} or newer`;
}

/** Like `findRecipe`, but throws a device error (exit code 4) if there is none. */
export function recipeFor(device: NativeDevice, platform = thisPlatform()): Recipe {
  const found = findRecipe(device, platform);
  if (typeof found !== 'string') return found;
  throw deviceError(
    `The native engine for '${device}' can't be set up here: ${found}.`,
    'Use --device wasm, which is slower and runs wherever Node does.',
  );
}
