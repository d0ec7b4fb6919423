// Which engine doctor finds, and its report if there is none or one that does not work.

import assert from 'node:assert/strict';
import { copyFile, mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentContext } from '../../dist/core/context.js';
import type { Check } from '../../dist/doctor/diagnosis.js';
import { findEngine } from '../../dist/doctor/engines.js';
import type { Device } from '../../dist/engine/device.js';
import { engineFolder } from '../../dist/engine/install/locate.js';
import { addonFile } from '../../dist/engine/recipes/recipe.js';
import { ownCache, realEngine, withoutEngine } from '../engine/install/engines.js';

const find = async (device: Device) => {
  const options = { device, threads: undefined, precision: 'float32', noSetup: true } as const;
  const { engine, checks } = await findEngine(options, silentContext);
  return { device: engine?.device, named: new Map(checks.map((check) => [check.name, check])) };
};

function assertProblem(check: Check | undefined, detail: RegExp, fix: RegExp): void {
  assert.equal(check?.ok, false, check?.detail);
  assert.match(check?.detail ?? '', detail);
  assert.match(check?.fix ?? '', fix);
}

test('without an engine, auto uses wasm, and cpu is a problem', async (t) => {
  await ownCache(t);
  const auto = await find('auto');
  assert.equal(auto.device, 'wasm');
  for (const check of auto.named.values()) assert.ok(check.ok, `${check.name}: ${check.detail}`);
  assert.match(auto.named.get('device')!.detail, /WebAssembly/);
  const cpu = await find('cpu');
  assert.equal(cpu.device, undefined);
  assertProblem(cpu.named.get('device'), /^cpu: /, /setup --device cpu|wasm/);
});

test('a requested GPU that does not exist is a problem', async (t) => {
  await ownCache(t);
  const { device, named } = await find('cuda');
  if (device !== undefined) return t.skip('this machine has a GPU');
  assertProblem(named.get('device'), /--device cuda is not available/, /--device cpu/);
  assert.doesNotMatch(named.get('device')!.detail, /\n/);
});

/** Copies the addon and engine.json, and creates empty libraries of the size `bytes(recorded size)`. */
async function damagedEngine(t: TestContext, bytes: (recorded: number) => number): Promise<void> {
  await ownCache(t);
  const { name, path, libraries } = realEngine!;
  const copy = engineFolder('cpu', name);
  await mkdir(copy.libraries, { recursive: true });
  await copyFile(join(path, 'engine.json'), join(copy.path, 'engine.json'));
  await copyFile(join(libraries, addonFile), join(copy.libraries, addonFile));
  const { default: record } = (await import(join(path, 'engine.json'), { with: { type: 'json' } })) as {
    default: { files: Record<string, number> };
  };
  for (const [file, size] of Object.entries(record.files)) {
    const target = join(copy.path, file);
    if (target.endsWith(addonFile)) continue;
    await writeFile(target, '');
    await truncate(target, bytes(size)); // sparse: uses no disk space
  }
}

test('an engine with a truncated library is a problem, and wasm still works', {
  skip: withoutEngine,
}, async (t) => {
  await damagedEngine(t, (recorded) => recorded - 1);
  const { device, named } = await find('auto');
  assert.equal(device, 'wasm');
  assertProblem(named.get('engine cpu'), /damaged/, /setup --device cpu --force/);
  // It is not a problem if wasm is requested.
  for (const check of (await find('wasm')).named.values()) assert.ok(check.ok, check.detail);
  const cpu = await find('cpu');
  assertProblem(cpu.named.get('device'), /^cpu: it is damaged/, /setup --device cpu --force/);
});

test('an engine that does not load is a problem, with the reason', { skip: withoutEngine }, async (t) => {
  await damagedEngine(t, (recorded) => recorded);
  const { device, named } = await find('auto');
  assert.equal(device, 'wasm');
  assertProblem(named.get('engine cpu'), /tensorflow/, /setup --device cpu --force/);
  assertProblem((await find('cpu')).named.get('device'), /does not work/, /setup --device cpu --force/);
});
