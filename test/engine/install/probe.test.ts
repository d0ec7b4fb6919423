import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EngineFolder } from '../../../dist/engine/install/locate.js';
import { probeEngine, testEngine } from '../../../dist/engine/install/probe.js';
import { cachedVerdict, cacheVerdict } from '../../../dist/engine/install/verdicts.js';
import { setEnvironment } from '../../support.js';
import { layOut, ownCache, realEngine, withoutEngine } from './engines.js';

const addon = 'tfjs_binding.node';
const good = { ok: true, version: '2.21.0', gpu: false } as const;
const noCompiler = spawnSync('gcc', ['--version']).status === 0 ? false : 'no gcc';

test('the installed engine works', { skip: withoutEngine }, async () => {
  assert.deepEqual(await testEngine(realEngine!.libraries), good);
});

test('reports a missing addon, and a file that is not an addon', async (t) => {
  await ownCache(t);
  const folder = await layOut('engine', {});
  const missing = await testEngine(folder.libraries);
  assert.ok(!missing.ok);
  assert.match(missing.reason, /tfjs_binding\.node: cannot open shared object file|no such file/i);

  await writeFile(join(folder.libraries, addon), 'This is a text.\n');
  const text = await testEngine(folder.libraries);
  assert.ok(!text.ok);
  assert.match(text.reason, /tfjs_binding\.node: (invalid ELF header|file too short|.*not a)/i);
});

/** Compiles an addon that runs `statement` when it is loaded. */
async function layOutAddon(statement: string): Promise<EngineFolder> {
  const folder = await layOut('engine', {
    'addon.c': `#include <stdlib.h>\n#include <unistd.h>\n__attribute__((constructor)) static void load(void) { ${statement}; }\n`,
  });
  const output = join(folder.libraries, addon);
  assert.equal(spawnSync('gcc', ['-shared', '-fPIC', '-o', output, join(folder.path, 'addon.c')]).status, 0);
  return folder;
}

test('reports the signal of an addon that crashes its process', { skip: noCompiler }, async (t) => {
  await ownCache(t);
  const cases: [string, RegExp][] = [
    ['abort()', /SIGABRT/],
    ['*(volatile int *)0 = 1', /SIGSEGV.*incompatible with this system/],
    ['__builtin_trap()', /SIGILL.*CPU lacks an instruction|SIGTRAP/],
    ['_exit(7)', /code 7/],
  ];
  for (const [statement, expected] of cases) {
    const folder = await layOutAddon(statement);
    const verdict = await probeEngine(folder);
    assert.ok(!verdict.ok, statement);
    assert.match(verdict.reason, expected, statement);
    assert.equal(cachedVerdict(folder), undefined, 'a failure is not cached');
  }
});

test('GPUs are hidden from the test process unless one is requested', {
  skip: noCompiler,
}, async (t) => {
  await ownCache(t);
  setEnvironment(t, { CUDA_VISIBLE_DEVICES: '0' });
  const hidden = `char *seen = getenv("CUDA_VISIBLE_DEVICES"); _exit(seen && seen[0] == '-' ? 5 : 6)`;
  const { libraries } = await layOutAddon(hidden);
  assert.deepEqual(await testEngine(libraries), { ok: false, reason: 'the test process exited with code 5' });
  const requested = await testEngine(libraries, { gpu: { CUDA_VISIBLE_DEVICES: '0' } });
  assert.deepEqual(requested, { ok: false, reason: 'the test process exited with code 6' });
});

test('a cached verdict is only valid for the same GPU and driver', async (t) => {
  await ownCache(t);
  const folder = await layOut('engine', { [`tensorflow/${addon}`]: 'An addon that could not work.' });
  const gpu = { CUDA_VISIBLE_DEVICES: '0' };
  const facts = { driver: '535.129.03', gpus: ['NVIDIA A100'] };
  await cacheVerdict(folder, { ...good, gpu: true }, ', GPU 0 of NVIDIA A100 with driver 535.129.03');
  assert.ok((await probeEngine(folder, { gpu, facts })).ok);
  for (const other of [
    { ...facts, gpus: ['NVIDIA V100'] },
    { ...facts, driver: '570.86.15' },
  ]) {
    assert.ok(!(await probeEngine(folder, { gpu, facts: other })).ok, 'it was not tested again');
  }
});

test('kills an addon that hangs', { skip: noCompiler }, async (t) => {
  await ownCache(t);
  const folder = await layOutAddon('sleep(60)');
  const verdict = await testEngine(folder.libraries, { timeLimit: 500 });
  assert.deepEqual(verdict, { ok: false, reason: 'no result within 0.5 s' });
});

test('caches a successful verdict for the same addon', async (t) => {
  const cache = await ownCache(t);
  const folder = await layOut('engine', { [`tensorflow/${addon}`]: 'An addon that could not work.' });
  assert.equal(cachedVerdict(folder), undefined);
  await cacheVerdict(folder, good);
  assert.deepEqual(cachedVerdict(folder), good);
  assert.deepEqual(await probeEngine(folder), good, 'it was tested again');

  const cached = await readFile(join(cache, 'engines', 'verdicts.json'), 'utf8');
  assert.ok(cached.includes(process.version));
  assert.equal(cachedVerdict(folder, ', another driver'), undefined);
  const gpu = { name: 'NVIDIA GeForce RTX 3060', memory: 1, computeCapability: '8.6' };
  const onGpu = { ...good, gpu: true, gpuDescription: gpu };
  await cacheVerdict(folder, onGpu, ', a driver');
  assert.deepEqual(cachedVerdict(folder, ', a driver'), onGpu);
  assert.deepEqual(cachedVerdict(folder), good);
  const path = join(folder.libraries, addon);
  const { atime, mtime } = await stat(path);
  await writeFile(path, 'An addon that could not WORK.');
  await utimes(path, atime, mtime);
  assert.equal(cachedVerdict(folder), undefined, 'other bytes of the same size and time');
  assert.ok(!(await probeEngine(folder)).ok);

  for (const text of [
    '{"broken',
    'null',
    '7',
    JSON.stringify(Object.fromEntries([[Object.keys(JSON.parse(cached))[0], 5]])),
  ]) {
    await writeFile(join(cache, 'engines', 'verdicts.json'), text);
    assert.equal(cachedVerdict(folder), undefined, text);
  }
});

test('the cache of verdicts is limited', async (t) => {
  const cache = await ownCache(t);
  const folder = await layOut('newest', {});
  const file = join(cache, 'engines', 'verdicts.json');
  const old = Array.from({ length: 60 }, (_, index) => [`engine${index}`, { version: '2.21.0', gpu: false }]);
  await writeFile(file, JSON.stringify(Object.fromEntries(old)));

  await cacheVerdict(folder, good);
  const keys = Object.keys(JSON.parse(await readFile(file, 'utf8')));
  assert.equal(keys.length, 50);
  assert.ok(keys.at(-1)?.startsWith('newest '));
  assert.deepEqual(cachedVerdict(folder), good);
});
