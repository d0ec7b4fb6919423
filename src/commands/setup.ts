// alexft setup: provides the native engine.

import { mayFetch, silentContext } from '../core/context.js';
import { deviceError, printable } from '../core/errors.js';
import { prebuiltAddon } from '../engine/install/compile.js';
import { examineCuda } from '../engine/install/examine.js';
import { installEngine } from '../engine/install/install.js';
import { enginesFolder, locateEngine } from '../engine/install/locate.js';
import { recipeFor } from '../engine/install/platform.js';
import { probeEngine } from '../engine/install/probe.js';
import { wheelsOf } from '../engine/install/recipe.js';
import { tidy } from '../engine/install/removal.js';
import { diskNeeds } from '../engine/install/requirements.js';
import { withDefaults } from '../options/option.js';
import { type InstallOptions, installOptions } from '../options/setupOptions.js';
import type { CommandContext } from '../profile/profile.js';

export interface SetupResult {
  readonly device: 'cpu' | 'cuda';
  /** TensorFlow's. */
  readonly version: string;
  /** The folder with the engine's libraries. */
  readonly path: string;
  /** For CUDA: whether it computes on a GPU here, and why not. */
  readonly gpu?: { readonly ok: boolean; readonly detail: string; readonly fix?: string };
}

/** Fetches and builds the engine where it is missing (or `force`), and proves that it computes. */
export async function setup(
  given: Partial<InstallOptions> = {},
  context: CommandContext = silentContext,
): Promise<SetupResult> {
  const { device, wheel, force } = withDefaults(installOptions, given);
  const present = force ? undefined : locateEngine(device);
  if (!present && wheel === undefined && !mayFetch({ noSetup: false })) {
    throw deviceError(
      'Nothing may be fetched (ALEXFT_OFFLINE=1), and setting up an engine fetches TensorFlow’s library.',
      'Allow it once, or give the wheels that you have: --wheel FILE (which ones: alexft setup --dry-run).',
    );
  }
  if (present) await tidy(device);
  const folder =
    present ??
    (await installEngine(device, {
      ...context,
      force,
      untried: true,
      ...(wheel !== undefined && { wheel }),
    }));
  const verdict = await probeEngine(folder);
  if (!verdict.ok) {
    context.signal?.throwIfAborted(); // Ctrl-C reaches the process that tries it, too
    throw deviceError(
      `The engine in ${printable(folder.libraries)} does not work: ${printable(verdict.reason)}`,
      `Set it up again: alexft setup --device ${device} --force. Or use --device wasm.`,
    );
  }
  const result: SetupResult = { device, version: verdict.version, path: folder.libraries };
  if (device === 'cpu') return result;
  const { ok, detail, fix } = await examineCuda();
  return { ...result, gpu: { ok, detail, ...(fix !== undefined && { fix }) } };
}

export interface SetupPlan {
  readonly device: 'cpu' | 'cuda';
  /** TensorFlow's. */
  readonly version: string;
  /** Whether this very recipe was tried on this platform before it was published. */
  readonly tried: boolean;
  /** The engine that is there already and that `setup` without `force` would leave as it is. */
  readonly present?: string;
  readonly wheels: readonly { readonly file: string; readonly bytes: number; readonly sha256: string }[];
  /** Of all wheels. */
  readonly fetchBytes: number;
  /** On disk afterwards, and at most on the way. */
  readonly keptBytes: number;
  readonly workingBytes: number;
  readonly addon: 'ready-built' | 'compiled';
  /** The folder with the engines. */
  readonly path: string;
}

/** What `setup --force` would do. Touches nothing. Throws a device error (exit 4) where there is no engine for this machine. */
export function planSetup(given: Partial<InstallOptions> = {}): SetupPlan {
  const { device } = withDefaults(installOptions, given);
  const recipe = recipeFor(device);
  const { fetched, kept, working } = diskNeeds(recipe);
  const present = locateEngine(device)?.libraries;
  return {
    device,
    version: recipe.tensorflow,
    tried: recipe.tried,
    ...(present !== undefined && { present }),
    wheels: wheelsOf(recipe).map(({ wheel: { file, bytes, sha256 } }) => ({ file, bytes, sha256 })),
    fetchBytes: fetched,
    keptBytes: kept,
    workingBytes: working,
    addon: prebuiltAddon(recipe) ? 'ready-built' : 'compiled',
    path: enginesFolder(),
  };
}
