// alexft setup --list and --remove: the engines in the cache.

import { silentContext } from '../core/context.js';
import { type EngineEntry, listEntries } from '../engine/install/inventory.js';
import { probeEngine } from '../engine/install/probe.js';
import { removeEngines } from '../engine/install/removal.js';
import { withDefaults } from '../options/option.js';
import { type InstallOptions, installOptions } from '../options/setupOptions.js';
import type { CommandContext } from '../profile/profile.js';

export interface ListedEngine {
  readonly device: 'cpu' | 'cuda';
  /** The folder's name in engines/. */
  readonly name: string;
  readonly path: string;
  /** TensorFlow's. */
  readonly version?: string;
  /** On disk. */
  readonly bytes: number;
  /**
   * `engine`: by this alexft's recipe. `other`: by another version's. `broken`: a part is missing. `unfinished`: a
   * set-up is at work there, or was killed.
   */
  readonly state: EngineEntry['state'];
  /** Whether it computes; of those that are whole. */
  readonly ok: boolean;
  /** In words, why it is not ok. */
  readonly detail?: string;
  /** Whether it is the one that `--device` takes. */
  readonly taken: boolean;
}

/** Every engine in the cache, each whole one tried in a child process. */
export async function listEngines(): Promise<ListedEngine[]> {
  const engines: ListedEngine[] = [];
  for (const entry of await listEntries()) {
    const { folder, state, version, bytes, taken } = entry;
    const reason = await whyNot(entry);
    engines.push({
      device: folder.device,
      name: folder.name,
      path: folder.path,
      ...(version !== undefined && { version }),
      bytes,
      state,
      ok: reason === undefined,
      ...(reason !== undefined && { detail: reason }),
      taken,
    });
  }
  return engines;
}

async function whyNot({ folder, state }: EngineEntry): Promise<string | undefined> {
  if (state === 'unfinished') return 'it is not finished';
  if (state === 'broken') return 'a part is missing';
  const verdict = await probeEngine(folder);
  return verdict.ok ? undefined : verdict.reason;
}

export interface RemovedEngines {
  readonly device: 'cpu' | 'cuda';
  readonly removed: readonly { readonly name: string; readonly bytes: number }[];
}

/** Removes the device's engines. Throws a device error (exit 4) while another process sets one up. */
export async function removeDevice(
  given: Partial<InstallOptions> = {},
  context: CommandContext = silentContext,
): Promise<RemovedEngines> {
  const { device } = withDefaults(installOptions, given);
  const gone = await removeEngines(device, context.signal);
  return { device, removed: gone.map(({ folder: { name }, bytes }) => ({ name, bytes })) };
}
