// alexft serve: predictions over HTTP.

import { silentContext } from '../../core/context.js';
import { printable, usageError } from '../../core/errors.js';
import { bytesOfSize } from '../../core/formatting.js';
import { modelPath } from '../../inference/resolveModel.js';
import { withDefaults } from '../../options/option.js';
import { type ServeOptions, serveOptions } from '../../options/serveOptions.js';
import type { CommandContext } from '../../profile/context.js';
import { isLoopback } from '../../serve/guard.js';
import { startServer } from '../../serve/server.js';

export interface RunningServer {
  /** `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The path of the model. */
  readonly model: string;
  /** In the order of the logits. */
  readonly classes: readonly string[];
  readonly device: string;
  /** The number of the engine's process; another one after a restart. */
  readonly enginePid: () => number | undefined;
  /** Accepts no more requests; resolves when the accepted ones are answered and everything is closed. */
  readonly stop: () => Promise<void>;
  /** Resolves after a stop; rejects with a UserError if the engine can't be started again. */
  readonly ended: Promise<void>;
}

/**
 * Serves a model, by default the newest, until `stop` or the context's signal. Resolves when the engine is ready.
 * Throws a usage error for an address that is not loopback without a token, and a UserError if the address, the model
 * or the engine can't be used.
 */
export async function serve(
  model: string | undefined,
  given: Partial<ServeOptions> = {},
  context: CommandContext = silentContext,
): Promise<RunningServer> {
  const options = withDefaults(serveOptions, given);
  const { host, token, noAuth, maxBody, maxBatch } = options;
  if (!isLoopback(host) && token === undefined && !noAuth) {
    throw usageError(
      `Every machine that reaches '${printable(host)}' could use the server.`,
      'Give a secret in ALEXFT_SERVE_TOKEN or with --token, or --no-auth if that is intended.',
    );
  }
  const path = await modelPath(model, context, 'Name a model (alexft serve models/NAME)');
  const { device, threads, workers, precision, noSetup, maxPixels } = options;
  const engine = { device, threads, workers, precision, noSetup, maxPixels };
  const { url, ...started } = await startServer(
    {
      ...options,
      maxBody: bytesOfSize(maxBody),
      engine: { ...engine, model: path, batchSize: maxBatch, hideNativeLog: context.hideNativeLog ?? true },
    },
    context,
  );
  const { classes, device: opened } = started.model;
  const { enginePid, stop, ended } = started;
  return { url, model: path, classes, device: opened, enginePid, stop, ended };
}
