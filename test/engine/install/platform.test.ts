import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRecipe, type Platform, recipeFor, thisPlatform } from '../../../dist/engine/install/platform.js';

const debian: Platform = { os: 'linux', arch: 'x64', glibc: '2.36', cpuFlags: ['sse4_2', 'avx', 'avx2'] };

test('where there is a native engine for the CPU', () => {
  const table: [string, Partial<Platform>, RegExp | 'native'][] = [
    ['Debian 12', {}, 'native'],
    ['the oldest glibc', { glibc: '2.27' }, 'native'],
    ['CPU flags unknown', { cpuFlags: undefined }, 'native'],
    ['a glibc with a larger second number', { glibc: '2.100' }, 'native'],
    ['an old glibc', { glibc: '2.17' }, /glibc 2\.17; .*glibc 2\.27 or newer/],
    ['Alpine', { glibc: undefined }, /not glibc/],
    ['no AVX', { cpuFlags: ['sse4_2'] }, /no AVX/],
    ['Linux on arm64', { arch: 'arm64' }, /this is linux-arm64; .*linux-x64/],
    ['macOS', { os: 'darwin', arch: 'arm64', glibc: undefined }, /this is darwin-arm64/],
    ['Windows', { os: 'win32', glibc: undefined }, /this is win32-x64/],
  ];
  for (const [name, difference, expected] of table) {
    const found = findRecipe('cpu', { ...debian, ...difference });
    if (expected === 'native') assert.equal((found as { device: string }).device, 'cpu', name);
    else assert.match(String(found), expected, name);
  }
});

test('where there is none, the error says what to do', () => {
  assert.throws(() => recipeFor('cpu', { ...debian, os: 'darwin' }), {
    name: 'UserError',
    exitCode: 4,
    hint: /--device wasm/,
  });
});

test('this machine is described', () => {
  const { os, arch, glibc, cpuFlags } = thisPlatform();
  assert.equal(os, process.platform);
  assert.equal(arch, process.arch);
  if (os === 'linux' && glibc) assert.match(glibc, /^2\.\d+/);
  if (os === 'linux' && arch === 'x64') assert.ok(cpuFlags?.includes('fpu'));
});
