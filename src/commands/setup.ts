// alexft setup: provides the native engine.

import { installEngine } from '../engine/install/install.js';
import { locateEngine } from '../engine/install/locate.js';
import { probeEngine } from '../engine/install/probe.js';
import { deviceError } from '../errors.js';
import { withDefaults } from '../options/option.js';
import { type SetupOptions, setupOptions } from '../options/setupOptions.js';
import { type CommandContext, silentContext } from './context.js';

export interface SetupResult {
  readonly device: 'cpu' | 'cuda';
  /** TensorFlow's. */
  readonly version: string;
  /** The folder with the engine's libraries. */
  readonly path: string;
}

/** Fetches and builds the engine where it is missing (or `force`), and proves that it computes. */
export async function setup(
  given: Partial<SetupOptions> = {},
  context: CommandContext = silentContext,
): Promise<SetupResult> {
  const { device, wheel, force } = withDefaults(setupOptions, given);
  const present = force ? undefined : locateEngine(device);
  const folder =
    present ?? (await installEngine(device, { ...context, force, ...(wheel !== undefined && { wheel }) }));
  const verdict = await probeEngine(folder);
  if (!verdict.ok) {
    context.signal?.throwIfAborted(); // Ctrl-C reaches the process that tries it, too
    throw deviceError(
      `The engine in ${folder.libraries} does not work: ${verdict.reason}`,
      'Set it up again with --force, or use --device wasm.',
    );
  }
  return { device, version: verdict.version, path: folder.libraries };
}
