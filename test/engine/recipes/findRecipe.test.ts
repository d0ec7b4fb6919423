import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRecipe, recipeFor } from '../../../dist/engine/recipes/findRecipe.js';
import { type Platform, thisPlatform } from '../../../dist/engine/recipes/platform.js';
import { engineName } from '../../../dist/engine/recipes/recipe.js';
import { recipes } from '../../../dist/engine/recipes/recipes.js';

const debian: Platform = { os: 'linux', arch: 'x64', glibc: '2.36', cpuFlags: ['sse4_2', 'avx', 'avx2'] };

test('the recipe of each platform, or why it has none', () => {
  const mac = { os: 'darwin', glibc: undefined, cpuFlags: undefined, release: '23.1.0' } as const;
  const table: [string, Partial<Platform>, RegExp | 'tested' | 'untested', RegExp | 'tested'][] = [
    ['Debian 12', {}, 'tested', 'tested'],
    ['the oldest glibc', { glibc: '2.27' }, 'tested', 'tested'],
    ['CPU flags unknown', { cpuFlags: undefined }, 'tested', 'tested'],
    ['a glibc with a larger second number', { glibc: '2.100' }, 'tested', 'tested'],
    ['an old glibc', { glibc: '2.17' }, /glibc 2\.17; .*glibc 2\.27 or newer/, /glibc 2\.17/],
    ['Alpine', { glibc: undefined }, /not glibc/, /not glibc/],
    ['no AVX', { cpuFlags: ['sse4_2'] }, /no AVX/, /no AVX/],
    ['Linux on arm64', { arch: 'arm64', cpuFlags: undefined }, 'untested', /arm64 has no CUDA/],
    ['an old Linux on arm64', { arch: 'arm64', glibc: '2.26' }, /glibc 2\.26/, /no CUDA/],
    ['Alpine on arm64', { arch: 'arm64', glibc: undefined }, /not glibc/, /no CUDA/],
    ['macOS on arm64', { ...mac, arch: 'arm64' }, 'untested', /macOS has no CUDA/],
    ['macOS 12', { ...mac, arch: 'arm64', release: '21.6.0' }, 'untested', /no CUDA/],
    [
      'macOS 11',
      { ...mac, arch: 'arm64', release: '20.6.0' },
      /too old \(Darwin 20\.6\.0\).*macOS 12/,
      /no CUDA/,
    ],
    ['macOS on Intel', { ...mac, arch: 'x64' }, /Intel processors since 2\.16 \(this is darwin-x64\)/, /./],
    ['Windows', { os: 'win32', glibc: undefined }, /Python module.*\(this is win32-x64\)/, /Python/],
    ['Windows on arm64', { os: 'win32', arch: 'arm64', glibc: undefined }, /win32-arm64/, /win32-arm64/],
    ['a 32-bit Linux', { arch: 'arm' }, /this is linux-arm; .*linux-x64/, /linux-arm/],
    ['FreeBSD', { os: 'freebsd', glibc: undefined }, /this is freebsd-x64; /, /freebsd/],
    ['Linux on s390x', { arch: 's390x' }, /linux-s390x/, /linux-s390x/],
  ];
  for (const [name, difference, cpu, cuda] of table) {
    for (const [device, expected] of [
      ['cpu', cpu],
      ['cuda', cuda],
    ] as const) {
      const found = findRecipe(device, { ...debian, ...difference });
      if (typeof expected === 'string') {
        assert.ok(typeof found !== 'string', `${name}, ${device}: ${found}`);
        assert.deepEqual([found.device, found.tested], [device, expected === 'tested'], name);
      } else assert.match(String(found), expected, `${name}, ${device}`);
    }
  }
});

test('recipes have different names, and wheels for their platform', () => {
  const names = recipes.map(engineName);
  assert.equal(new Set(names).size, recipes.length);
  for (const { device, runsOn, wheel, extraWheels } of recipes) {
    assert.ok(runsOn.os === 'darwin' ? runsOn.darwin : runsOn.glibc, `${device} ${runsOn.os}`);
    for (const { file, sha256, platform } of [wheel, ...extraWheels.map((part) => part.wheel)]) {
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.ok(
        platform?.platforms.every((tag) => file.includes(tag)),
        file,
      );
    }
  }
});

test('recipeFor() throws a device error with a hint if there is no recipe', () => {
  assert.throws(() => recipeFor('cpu', { ...debian, os: 'win32' }), {
    name: 'UserError',
    exitCode: 4,
    hint: /--device wasm/,
  });
});

test('thisPlatform() describes this machine', () => {
  const { os, arch, glibc, cpuFlags } = thisPlatform();
  assert.equal(os, process.platform);
  assert.equal(arch, process.arch);
  if (os === 'linux' && glibc) assert.match(glibc, /^2\.\d+/);
  if (os === 'linux' && arch === 'x64') assert.ok(cpuFlags?.includes('fpu'));
});
