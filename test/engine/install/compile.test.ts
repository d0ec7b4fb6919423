import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  addonKey,
  compileAddon,
  compilerVersion,
  hashOfSources,
  prebuiltAddon,
  prebuiltPaths,
} from '../../../dist/engine/install/compile.js';
import { recipes } from '../../../dist/engine/install/recipe.js';
import { temporaryFolder } from '../../support.js';

const recipe = recipes[0]!;

function withCompiler(t: TestContext, command: string): void {
  const before = process.env.CXX;
  process.env.CXX = command;
  t.after(() => {
    if (before === undefined) delete process.env.CXX;
    else process.env.CXX = before;
  });
}

test('the recipe pins the sources that are installed', () => {
  for (const each of recipes) {
    assert.equal(hashOfSources(), each.addon.sourcesSha256, 'the sources changed: so must the recipe');
  }
});

test('a ready-built addon is taken only if it is whole and of this very recipe', async (t) => {
  // Of a platform that nobody builds for: the checkout's own is left alone.
  const elsewhere = { ...recipe, runsOn: { ...recipe.runsOn, os: 'haiku' as const } };
  const paths = prebuiltPaths(elsewhere);
  t.after(() => rm(dirname(paths.addon), { recursive: true, force: true }));
  assert.equal(prebuiltAddon(elsewhere), undefined, 'none');

  await mkdir(dirname(paths.addon), { recursive: true });
  await writeFile(paths.addon, 'addon');
  assert.equal(prebuiltAddon(elsewhere), undefined, 'without a record');
  const sha256 = createHash('sha256').update('addon').digest('hex');
  await writeFile(paths.record, JSON.stringify({ schema: 1, key: addonKey(elsewhere), sha256 }));
  assert.equal(prebuiltAddon(elsewhere), paths.addon);

  const changed = { ...recipe.addon, flags: [...recipe.addon.flags, '-O3'] };
  assert.equal(prebuiltAddon({ ...elsewhere, addon: changed }), undefined, 'compiled in another way');
  assert.equal(prebuiltAddon({ ...elsewhere, tensorflow: '2.22.0' }), undefined, 'for another TensorFlow');
  await writeFile(paths.addon, 'ad');
  assert.equal(prebuiltAddon(elsewhere), undefined, 'cut short');
});

test('a compiler that is not there has no version', async (t) => {
  withCompiler(t, 'no-such-compiler');
  assert.equal(await compilerVersion(), undefined);
});

test('CXX may hold arguments', async (t) => {
  withCompiler(t, `${process.execPath} -r node:fs`);
  assert.equal(await compilerVersion(), process.version);
});

const refused = { name: 'UserError', exitCode: 4, hint: /CXX/ };

test('a compiler that fails is an error with its name', async (t) => {
  withCompiler(t, 'false');
  await assert.rejects(compileAddon(recipe, await temporaryFolder(t)), { ...refused, message: /with false/ });
});

test("the compiler's own words are told", {
  skip: (await compilerVersion()) ? false : 'no g++',
}, async (t) => {
  const tensorflow = await temporaryFolder(t);
  await mkdir(join(tensorflow, 'include'));
  await assert.rejects(compileAddon(recipe, tensorflow), {
    ...refused,
    message: /fatal error: tensorflow\/c\//,
  });
});
