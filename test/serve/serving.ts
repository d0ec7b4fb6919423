// A server on a free port of loopback, with a narrow network whose predictions depend on the image.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningServer, serve } from '../../dist/commands/models/serve.js';
import { imageNetPreprocessing, type Preprocessing } from '../../dist/data/transforms/preprocessing.js';
import type { ServeOptions } from '../../dist/options/serveOptions.js';
import { writeRandomModel } from '../commands/models.js';
import { drawFolder } from '../data/colouredFolder.js';
import { temporaryFolder } from '../support.js';

export interface Serving extends RunningServer {
  readonly folder: string;
  /** The path of the model. */
  readonly model: string;
  /** Paths of images. */
  readonly paths: readonly string[];
  readonly messages: readonly string[];
}

export const writeServedModel = (
  file: string,
  classes: readonly string[] = ['Cat', 'Dog'],
  preprocessing = imageNetPreprocessing,
): Promise<void> => writeRandomModel(file, classes, { seed: 6, gain: 1.7, preprocessing });

/** Serves until the test ends. Without other options, on WebAssembly. */
export async function startServing(
  t: TestContext,
  options: Partial<ServeOptions> = {},
  preprocessing?: Preprocessing,
): Promise<Serving> {
  const folder = await temporaryFolder(t);
  const model = join(folder, 'model.safetensors');
  await writeServedModel(model, undefined, preprocessing);
  const { paths } = await drawFolder(join(folder, 'images'), [3, 3]);
  const messages: string[] = [];
  const context = { onMessage: (text: string) => messages.push(text), onProgress: () => {} };
  const given = { port: 0, device: 'wasm', noSetup: true, ...options } as const;
  const server = await serve(model, given, context);
  t.after(() => server.stop());
  return { ...server, folder, model, paths, messages };
}

export const png = { 'Content-Type': 'image/png' };

/** Waits until `holds`, for at most 20 seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error('It did not become true.');
}

/** The status and the JSON of a request. */
export async function ask(
  url: string,
  init?: RequestInit,
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000), ...init });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

export const predictFile = async (url: string, path: string) =>
  await ask(`${url}/predict`, { method: 'POST', headers: png, body: await readFile(path) });
