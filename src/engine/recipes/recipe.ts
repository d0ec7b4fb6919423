// What a native engine consists of. The recipes themselves are in recipes.ts.

import { createHash } from 'node:crypto';
import type { PipRequest } from '../../io/pip.js';

export type NativeDevice = 'cpu' | 'cuda';

/** A wheel and the members that are extracted from it. */
export interface WheelPart {
  readonly wheel: PipRequest;
  /** Extracted members: their paths in the wheel, with their sizes in bytes. */
  readonly members: Readonly<Record<string, number>>;
  /** The path that a member is extracted to, if it differs from its path in the wheel. */
  readonly places?: Readonly<Record<string, string>>;
}

export interface Recipe {
  readonly device: NativeDevice;
  /** Platform requirements. */
  readonly runsOn: {
    readonly os: NodeJS.Platform;
    readonly arch: NodeJS.Architecture;
    /** Linux: the minimum glibc version. */
    readonly glibc?: string;
    /** macOS: the minimum Darwin kernel version. 21 is macOS 12. */
    readonly darwin?: number;
    /** CPU features that are required, by their names in /proc/cpuinfo. */
    readonly cpuFlags: readonly string[];
  };
  /** Whether an engine was built from this exact recipe and run. Only `alexft setup` installs an untested one. */
  readonly tested: boolean;
  /** TensorFlow's version. */
  readonly tensorflow: string;
  /** TensorFlow's Python package, which contains its C library. */
  readonly wheel: PipRequest;
  /** Members of `wheel` that the addon links to, with their sizes in bytes. */
  readonly libraries: Readonly<Record<string, number>>;
  /** Wheels that are extracted beside TensorFlow's. */
  readonly extraWheels: readonly WheelPart[];
  /** Path prefixes of the members of `wheel` that are the addon's headers. Removed after compilation. */
  readonly headers: readonly string[];
  /** tfjs-node's addon: its sources and compiler flags. */
  readonly addon: {
    readonly package: string;
    readonly version: string;
    /** Of the package's folder binding/ with joinGroup.cc, computed by `hashOfSources`. */
    readonly sourcesSha256: string;
    readonly sources: readonly string[];
    readonly flags: readonly string[];
  };
}

/** The addon's file name, beside TensorFlow's libraries. */
export const addonFile = 'tfjs_binding.node';

/** Every wheel of a recipe, TensorFlow's first. */
export const wheelsOf = ({ wheel, libraries, extraWheels }: Recipe): readonly WheelPart[] => [
  { wheel, members: libraries },
  ...extraWheels,
];

/** Every file that is extracted from the wheels: its path in the engine's folder, with its size in bytes. */
export function extractedFiles(recipe: Recipe): Record<string, number> {
  const files = wheelsOf(recipe).flatMap(({ members, places }) =>
    Object.entries(members).map(([member, bytes]): [string, number] => [places?.[member] ?? member, bytes]),
  );
  return Object.fromEntries(files);
}

/** The engine's folder name. It contains a hash of all parts, so engines of different recipes can coexist. */
export function engineName({ device, tensorflow, wheel, libraries, addon, extraWheels }: Recipe): string {
  const parts = JSON.stringify([wheel.sha256, libraries, addon, ...extraWheels]);
  return `${device}-tf${tensorflow}-${createHash('sha256').update(parts).digest('hex').slice(0, 8)}`;
}
