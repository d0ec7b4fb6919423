// alexft setup: installs the native engine.

import { mayFetch, silentContext } from '../core/context.js';
import { deviceError, printable } from '../core/errors.js';
import { examineCuda } from '../engine/examine.js';
import { prebuiltAddon } from '../engine/install/compile.js';
import { installEngine } from '../engine/install/install.js';
import { enginesFolder, locateEngine } from '../engine/install/locate.js';
import { probeEngine } from '../engine/install/probe.js';
import { removeStale } from '../engine/install/removal.js';
import { diskNeeds } from '../engine/install/requirements.js';
import { recipeFor } from '../engine/recipes/findRecipe.js';
import { wheelsOf } from '../engine/recipes/recipe.js';
import { withDefaults } from '../options/option.js';
import { type InstallOptions, installOptions } from '../options/setupOptions.js';
import type { CommandContext } from '../profile/context.js';

export interface SetupResult {
  readonly device: 'cpu' | 'cuda';
  /** TensorFlow's. */
  readonly version: string;
  /** The folder with the engine's libraries. */
  readonly path: string;
  /** For CUDA: whether it works on a GPU of this machine, and if not, why. */
  readonly gpu?: { readonly ok: boolean; readonly detail: string; readonly fix?: string };
}

/** Installs the engine if it is missing (or with `force`), and tests it. */
export async function setup(
  given: Partial<InstallOptions> = {},
  context: CommandContext = silentContext,
): Promise<SetupResult> {
  const { device, wheel, force } = withDefaults(installOptions, given);
  const present = force ? undefined : locateEngine(device);
  if (!present && wheel === undefined && !mayFetch({ noSetup: false })) {
    throw deviceError(
      "Downloads are disabled (ALEXFT_OFFLINE=1), and setting up an engine downloads TensorFlow's library.",
      'Unset ALEXFT_OFFLINE, or pass your own wheels with --wheel (alexft setup --dry-run lists them).',
    );
  }
  if (present) await removeStale(device);
  const folder =
    present ??
    (await installEngine(device, {
      ...context,
      force,
      allowUntested: true,
      ...(wheel !== undefined && { wheel }),
    }));
  const verdict = await probeEngine(folder);
  if (!verdict.ok) {
    context.signal?.throwIfAborted(); // Ctrl-C also stops the test process
    throw deviceError(
      `The engine in ${printable(folder.libraries)} does not work: ${printable(verdict.reason)}`,
      `Set it up again (alexft setup --device ${device} --force), or use --device wasm.`,
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
  /** Whether this recipe was tested on this platform before release. */
  readonly tried: boolean;
  /** The installed engine, which `setup` without `force` leaves unchanged. */
  readonly present?: string;
  readonly wheels: readonly { readonly file: string; readonly bytes: number; readonly sha256: string }[];
  /** Of all wheels. */
  readonly fetchBytes: number;
  /** Size on disk of the installed engine, and the peak during the set-up. */
  readonly keptBytes: number;
  readonly workingBytes: number;
  readonly addon: 'ready-built' | 'compiled';
  /** The folder that contains all engines. */
  readonly path: string;
}

/** What `setup --force` would do. Throws a device error (exit code 4) if there is no engine for this machine. */
export function planSetup(given: Partial<InstallOptions> = {}): SetupPlan {
  const { device } = withDefaults(installOptions, given);
  const recipe = recipeFor(device);
  const { download, installed, peak } = diskNeeds(recipe);
  const present = locateEngine(device)?.libraries;
  return {
    device,
    version: recipe.tensorflow,
    tried: recipe.tested,
    ...(present !== undefined && { present }),
    wheels: wheelsOf(recipe).map(({ wheel: { file, bytes, sha256 } }) => ({ file, bytes, sha256 })),
    fetchBytes: download,
    keptBytes: installed,
    workingBytes: peak,
    addon: prebuiltAddon(recipe) ? 'ready-built' : 'compiled',
    path: enginesFolder(),
  };
}
