import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import {
  addonKey,
  compileAddon,
  compilerVersion,
  hashOfSources,
  prebuiltAddon,
  prebuiltPaths,
} from '../../../dist/engine/install/compile.js';
import { recipes } from '../../../dist/engine/recipes/recipes.js';
import { setEnvironment, temporaryFolder } from '../../support.js';

const recipe = recipes[0]!;

test('the recipes pin the installed sources', () => {
  for (const each of recipes) {
    assert.equal(hashOfSources(), each.addon.sourcesSha256, 'the sources have changed: update the recipe');
  }
});

test('a prebuilt addon is used only if it is complete and was built from this recipe', async (t) => {
  // A platform without prebuilt addon, so that the checkout's own is not changed.
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
  assert.equal(prebuiltAddon({ ...elsewhere, addon: changed }), undefined, 'other flags');
  assert.equal(prebuiltAddon({ ...elsewhere, tensorflow: '2.22.0' }), undefined, 'another TensorFlow');
  await writeFile(paths.addon, 'ad');
  assert.equal(prebuiltAddon(elsewhere), undefined, 'truncated');
});

test('compilerVersion() is undefined if the compiler does not exist', async (t) => {
  setEnvironment(t, { CXX: 'no-such-compiler' });
  assert.equal(await compilerVersion(), undefined);
});

test('CXX may contain arguments', async (t) => {
  setEnvironment(t, { CXX: `${process.execPath} -r node:fs` });
  assert.equal(await compilerVersion(), process.version);
});

const refused = { name: 'UserError', exitCode: 4, hint: /CXX/ };

test('an error names the compiler that failed', async (t) => {
  setEnvironment(t, { CXX: 'false' });
  await assert.rejects(compileAddon(recipe, await temporaryFolder(t)), { ...refused, message: /with false/ });
});

test("an error contains the compiler's errors", {
  skip: (await compilerVersion()) ? false : 'no g++',
}, async (t) => {
  const tensorflow = await temporaryFolder(t);
  await mkdir(join(tensorflow, 'include'));
  await assert.rejects(compileAddon(recipe, tensorflow), {
    ...refused,
    message: /fatal error: tensorflow\/c\//,
  });
});

test('CXX is not run by a shell', async (t) => {
  const folder = await temporaryFolder(t);
  const created = join(folder, 'created');
  for (const CXX of [
    `true; touch ${created}`,
    `$(touch ${created})`,
    `| touch ${created}`,
    `true && touch ${created}`,
  ]) {
    setEnvironment(t, { CXX });
    await compilerVersion();
    assert.deepEqual(await readdir(folder), []);
  }
});
