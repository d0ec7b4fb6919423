// The HTTP server over the engine's process: its start, and its graceful stop.

import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Context } from '../core/context.js';
import { printable, reasonOf, UserError, usageError } from '../core/errors.js';
import { type AppSettings, createApp } from './app.js';
import { type BatchLimits, BatchQueue } from './batchQueue.js';
import { openCollection, requireFolderNames } from './collection.js';
import { EngineProcess } from './engineProcess.js';
import type { EngineSettings, ServedModel } from './messages.js';

export interface ServerSettings extends AppSettings, BatchLimits {
  readonly port: number;
  readonly engine: EngineSettings;
}

export interface StartedServer {
  readonly url: string;
  readonly model: ServedModel;
  /** The number of the engine's process; another one after a restart. */
  readonly enginePid: () => number | undefined;
  /** Accepts no more requests, and resolves when the accepted ones are answered and everything is closed. */
  readonly stop: () => Promise<void>;
  /** Resolves after a stop; rejects with a UserError if the engine can't be started again. */
  readonly ended: Promise<void>;
}

/** More connections are closed at once. */
const maxConnections = 512;

/**
 * Listens, then opens the engine; resolves when it is ready. The context's signal stops the server. Throws a UserError
 * if the address, the folder of corrections or the engine can't be used.
 */
export async function startServer(settings: ServerSettings, context: Context): Promise<StartedServer> {
  const { collect, timeout } = settings;
  context.signal?.throwIfAborted();
  if (collect !== undefined) await openCollection(collect);
  const engine = new EngineProcess(settings.engine, timeout, context);
  const queue = new BatchQueue((images) => engine.predict(images), settings);
  let stopping = false;
  const isStopping = () => stopping;
  const app = createApp(settings, { engine, queue, isStopping, onMessage: context.onMessage });
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      requestTimeout: timeout * 1000,
      headersTimeout: Math.min(10, timeout) * 1000,
      connectionsCheckingInterval: 500,
    },
  }) as Server;
  server.maxConnections = maxConnections;
  const allAnswered = countRequests(server);
  await listen(server, settings);

  let stopNow!: () => void;
  const stopped = new Promise<void>((resolve) => {
    stopNow = resolve;
  });
  context.signal?.addEventListener('abort', stopNow, { once: true });
  const close = async () => {
    stopping = true;
    const closed = new Promise((resolve) => server.close(resolve));
    const cut = () => server.closeAllConnections();
    const timer = setTimeout(cut, 2 * timeout * 1000); // a closing server has no time limits of its own
    void allAnswered().then(cut);
    await closed;
    clearTimeout(timer);
    await engine[Symbol.asyncDispose]();
  };
  const ended = Promise.race([engine.failed, stopped]).finally(close);
  ended.catch(() => {}); // for callers that do not wait for it
  const stop = () => {
    stopNow();
    return ended;
  };

  engine.start();
  try {
    const model = await Promise.race([engine.ready, ended]);
    if (!model) throw context.signal!.reason;
    if (collect !== undefined) requireFolderNames(model.classes);
    return { url: urlOf(server, settings.host), model, enginePid: () => engine.pid, stop, ended };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

/** Returns a function whose promise resolves when every request has its response. */
function countRequests(server: Server): () => Promise<void> {
  let open = 0;
  let onNone = () => {};
  server.on('request', (_, response: ServerResponse) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
      if (open === 0) onNone();
    });
  });
  return () =>
    new Promise((resolve) => {
      onNone = resolve;
      if (open === 0) resolve();
    });
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): UserError {
  const { code = '' } = error;
  const address = `port ${port} of ${printable(host)}`;
  if (code === 'EADDRINUSE') {
    const hint = 'Choose another port with --port, or 0 for any that is free.';
    return new UserError(`Another program uses ${address}.`, { hint, cause: error });
  }
  if (code === 'EACCES') {
    const hint = 'Choose a port above 1023 with --port.';
    return new UserError(`There is no permission to listen on ${address}.`, { hint, cause: error });
  }
  if (['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EINVAL'].includes(code)) {
    return usageError(
      `Expected a name or an address of this machine for --host but received '${printable(host)}' (${code}).`,
      'Use 127.0.0.1 for this machine only, 0.0.0.0 for all its addresses.',
    );
  }
  return new UserError(`Can't listen on ${address}: ${printable(reasonOf(error))}`, { cause: error });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
