// Complete set-ups in child processes: killed at any moment, and two at once.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { locateRecipe } from '../../../dist/engine/install/locate.js';
import { testEngine } from '../../../dist/engine/install/probe.js';
import { removeEngines, removeStale } from '../../../dist/engine/install/removal.js';
import { engineName } from '../../../dist/engine/recipes/recipe.js';
import { root, temporaryFolder } from '../../support.js';
import { ownCache } from './engines.js';
import { createSmallEngine, type SmallEngine } from './smallEngine.js';

const skip =
  process.platform === 'linux' && spawnSync('gcc', ['--version']).status === 0 ? false : 'no gcc on Linux';
let small: SmallEngine;
before(async (t) => {
  if (!skip) small = await createSmallEngine(await temporaryFolder(t as TestContext));
});

const program = `
  import { installRecipe } from ${JSON.stringify(pathToFileURL(join(root, 'dist/engine/install/install.js')).href)};
  const { recipe, wheel, force } = JSON.parse(process.argv[1]);
  await installRecipe(recipe, { wheel, force, onProgress: () => {}, onMessage: (message) => console.log(message) });
`;
function startSetup(force: boolean): ChildProcess {
  const given = JSON.stringify({ ...small, force });
  return spawn(process.execPath, ['--input-type=module', '-e', program, given], {
    env: { ...process.env, CXX: small.compiler },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
async function finish(child: ChildProcess): Promise<string> {
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  const [code] = await once(child, 'exit');
  assert.equal(code, 0, output);
  return output;
}
const names = async (cache: string) => (await readdir(join(cache, 'engines'))).sort();
const workingEngine = async () => {
  const folder = locateRecipe(small.recipe);
  assert.ok(folder, 'no engine');
  assert.equal((await testEngine(folder.libraries)).ok, true);
  return folder.name;
};

test('a set-up that is killed leaves the old engine working, and no remains', {
  skip,
}, async (t) => {
  const cache = await ownCache(t);
  const started = performance.now();
  await finish(startSetup(false));
  const duration = performance.now() - started;
  assert.equal(await workingEngine(), engineName(small.recipe));

  const times = 12;
  let killed = 0;
  for (let index = 0; index < times; index++) {
    const child = startSetup(true);
    const ended = once(child, 'exit');
    await sleep((duration * (index + Math.random())) / times);
    child.kill('SIGKILL');
    const [, signal] = await ended;
    if (signal) killed += 1;
    const engine = await workingEngine();
    await removeStale('cpu');
    const left = await names(cache);
    assert.ok(left.includes(engine));
    // If it is killed after the new engine was moved to its folder, the next set-up removes the old one.
    const remains = left.filter(
      (name) => !name.startsWith(engineName(small.recipe)) || /working|leftover/.test(name),
    );
    assert.deepEqual(remains, ['verdicts.json'], `killed ${index + 1} of ${times}`);
  }
  await finish(startSetup(true));
  assert.deepEqual(await names(cache), [await workingEngine(), 'verdicts.json']);
  assert.ok(killed > times / 2, `only ${killed} were killed during the set-up`);
});

test('the next set-up removes the remains of a killed one', { skip }, async (t) => {
  const cache = await ownCache(t);
  for (const delay of [150, 250, 350]) {
    const child = startSetup(false);
    const ended = once(child, 'exit');
    await sleep(delay);
    child.kill('SIGKILL');
    await ended;
    await finish(startSetup(false));
    assert.deepEqual(await names(cache), [await workingEngine(), 'verdicts.json']);
    await removeEngines('cpu'); // its recipe is not one of alexft's
    assert.deepEqual(await names(cache), ['verdicts.json']);
  }
});

test('of two set-ups at once, one builds the engine and both succeed', { skip }, async (t) => {
  const cache = await ownCache(t);
  for (const force of [false, true]) {
    const outputs = await Promise.all([startSetup(force), startSetup(force)].map(finish));
    const builds = outputs.filter((output) => output.includes('is ready')).length;
    assert.equal(builds, 1, outputs.join('---\n'));
    assert.deepEqual(await names(cache), [await workingEngine(), 'verdicts.json']);
  }
});
