// Which engine a request opens, and with which messages. Nothing is downloaded.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../../dist/core/errors.js';
import type { GpuFacts } from '../../dist/engine/gpu/facts.js';
import { type EngineRequest, openEngine } from '../../dist/engine/openEngine.js';
import { setEnvironment, temporaryFolder } from '../support.js';
import { engines } from './engines.js';

async function open(device: EngineRequest['device'], facts?: GpuFacts) {
  const messages: string[] = [];
  const onMessage = (message: string) => messages.push(message);
  const request = { device, threads: undefined, setup: false, onMessage, onProgress: () => {} };
  const engine = await openEngine(request, facts);
  return { engine, messages };
}
const device = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UserError, String(error));
  assert.match(error.message, message);
  assert.equal(error.exitCode, 4);
  assert.ok(error.hint);
  return true;
};
const native = (await engines())[0]!.skip;
const noGpu = existsSync('/dev/nvidia0') ? 'there is a GPU' : false;

test('wasm opens the WebAssembly engine', async () => {
  const { engine, messages } = await open('wasm');
  assert.equal(engine.device, 'wasm');
  assert.equal(tf.getBackend(), 'wasm');
  assert.deepEqual(messages, []);
});

test('without a native engine, cpu is an error, and auto opens wasm with a message', async (t) => {
  const cache = await temporaryFolder(t);
  setEnvironment(t, { ALEXFT_CACHE: cache });
  await assert.rejects(open('cpu'), device(/CPU engine is not set up, and downloads are disabled/));
  const { engine, messages } = await open('auto');
  assert.equal(engine.device, 'wasm');
  assert.match(messages.join('\n'), /No native engine: .*not set up[\s\S]*Using WebAssembly/);
  assert.deepEqual(await readdir(cache), []);
});

test('cuda has no fallback, and reports everything that is missing', { skip: noGpu }, async (t) => {
  for (const requested of ['cuda', 'cuda:1'] as const) {
    await assert.rejects(open(requested), (error: unknown) => {
      device(new RegExp(`--device ${requested} is not available:\n`))(error);
      const { message } = error as UserError;
      assert.match(message, /^ {2}- no NVIDIA device/m);
      return true;
    });
  }
  setEnvironment(t, { ALEXFT_CACHE: await temporaryFolder(t) });
  await assert.rejects(open('cuda'), device(/- no NVIDIA device.*\n {2}- .*CUDA engine/));
});

test('auto reports why it does not use a GPU, and downloads nothing for it', async (t) => {
  const cache = await temporaryFolder(t);
  setEnvironment(t, { ALEXFT_CACHE: cache });
  const gpus = ['NVIDIA GeForce RTX 3060'];
  const facts = { devices: ['/dev/nvidia0'], wsl: false, driver: '535.129.03', missing: [], gpus };
  const { engine, messages } = await open('auto', facts);
  assert.equal(engine.device, 'wasm');
  assert.match(messages[0]!, /^The NVIDIA GPU is not used: .*CUDA engine/);
  if (process.platform === 'linux' && process.arch === 'x64') {
    assert.match(messages[0]!, /alexft setup --device cuda$/);
  }
  assert.deepEqual(await readdir(cache), []);
  await assert.rejects(open('cuda:1', facts), device(/no GPU 1\. .*\n {2}- cuda:0 is NVIDIA GeForce/));
});

test('auto and cpu open the same native engine', {
  skip: native || noGpu,
}, async () => {
  const { engine, messages } = await open('auto');
  assert.equal(engine.device, 'cpu');
  assert.match(engine.description, /^TensorFlow \d+\.\d+\.\d+ on the CPU$/);
  assert.equal(process.env.TF_NUM_INTRAOP_THREADS, String(availableParallelism()));
  assert.deepEqual(messages, []);
  await open('wasm');
  assert.equal(tf.getBackend(), 'wasm');
  assert.equal((await open('cpu')).engine, engine);
  assert.equal(tf.getBackend(), 'tensorflow');
});
