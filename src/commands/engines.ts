// alexft setup --list and --remove: lists and removes the engines in the cache.

import { silentContext } from '../core/context.js';
import { type EngineEntry, listEntries } from '../engine/install/inventory.js';
import { probeEngine } from '../engine/install/probe.js';
import { removeEngines } from '../engine/install/removal.js';
import { withDefaults } from '../options/option.js';
import { type InstallOptions, installOptions } from '../options/setupOptions.js';
import type { CommandContext } from '../profile/context.js';

export interface ListedEngine {
  readonly device: 'cpu' | 'cuda';
  /** The folder's name in engines/. */
  readonly name: string;
  readonly path: string;
  /** TensorFlow's. */
  readonly version?: string;
  /** Size on disk. */
  readonly bytes: number;
  /**
   * `engine`: from this version's recipe. `other`: from another version's. `broken`: a file is missing or truncated.
   * `unfinished`: a set-up is in progress or was killed.
   */
  readonly state: EngineEntry['state'];
  /** Whether it is complete and works. */
  readonly ok: boolean;
  /** Why it is not ok. */
  readonly detail?: string;
  /** Whether it is the engine that `--device` opens. */
  readonly taken: boolean;
}

/** Lists every engine in the cache. Complete ones are tested in a child process. */
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
  if (state === 'unfinished') return 'its set-up has not finished';
  if (state === 'broken') return 'a file is missing or truncated';
  const verdict = await probeEngine(folder);
  return verdict.ok ? undefined : verdict.reason;
}

export interface RemovedEngines {
  readonly device: 'cpu' | 'cuda';
  readonly removed: readonly { readonly name: string; readonly bytes: number }[];
}

/** Removes the device's engines. Throws a device error (exit code 4) while another process sets up an engine. */
export async function removeDevice(
  given: Partial<InstallOptions> = {},
  context: CommandContext = silentContext,
): Promise<RemovedEngines> {
  const { device } = withDefaults(installOptions, given);
  const gone = await removeEngines(device, context.signal);
  return { device, removed: gone.map(({ folder: { name }, bytes }) => ({ name, bytes })) };
}
