import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { compileAddon, compilerVersion, hashOfSources } from '../../../dist/engine/install/compile.js';
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
    assert.equal(hashOfSources(each), each.addon.sourcesSha256, 'the sources changed: so must the recipe');
  }
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
