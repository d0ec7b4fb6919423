// Compiles the addon that the package brings: prebuilds/linux-x64/tfjs_binding.node. It has to load wherever
// TensorFlow's own library does, also on a Linux much older than this one: so it may ask glibc and libstdc++ for
// nothing newer than that library does, which is checked.

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { noticeOf } from './notice.mjs';
import { root, say } from './processes.mjs';
import { tooNew, versionsWanted } from './symbolVersions.mjs';

const sources = join('dist', 'engine', 'vendor', 'addon');
const packages = [
  join('node_modules', '@tensorflow', 'tfjs-node-gpu'),
  join('node_modules', 'node-api-headers'),
];

const flags = [
  // Headers of GCC 11 and later call a function that an older libstdc++ lacks. It throws the error of another one, for
  // arrays of more than 2^63 bytes. (Linking libstdc++ statically asks for newer symbols of glibc, not older ones.)
  '-D__throw_bad_array_new_length=__throw_bad_alloc',
  // No symbols that only a debugger wants, and no path of this machine in messages: the same bytes in every checkout.
  '-s',
  `-ffile-prefix-map=${join(root, sources)}=tfjs-node-gpu`,
];

/** As they are recorded beside the addon. */
const recordedFlags = flags.map((flag) => flag.replace(root, ''));

/** Makes the addon if the one that is there is not of today's recipe and flags. Whether it is there now. */
export async function prebuild() {
  const { recipes } = await import('../dist/engine/recipes/recipes.js');
  const { hashOfSources, prebuiltAddon, prebuiltPaths } = await import('../dist/engine/install/compile.js');
  const recipe = recipes.find(
    ({ device, runsOn: { os, arch } }) => device === 'cpu' && os === 'linux' && arch === 'x64',
  );
  if (prebuiltAddon(recipe) && sameFlags(prebuiltPaths(recipe).record)) return true;
  if (`${process.platform}-${process.arch}` !== 'linux-x64') {
    say(`The addon for linux-x64 can't be compiled on ${process.platform}-${process.arch}.`);
    return false;
  }
  if (hashOfSources() !== recipe.addon.sourcesSha256) {
    say("The addon's sources are not those of the recipe (src/engine/recipes/recipes.ts).");
    return false;
  }

  const work = mkdtempSync(join(tmpdir(), 'alexft-prebuild-'));
  try {
    return await make(recipe, work);
  } catch (error) {
    if (error.name !== 'UserError') throw error;
    say([error.message, error.hint].filter(Boolean).join('\n'));
    return false;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Compiles the addon in the folder `work`, checks it, and puts it where it belongs. Whether it is as it should be. */
async function make(recipe, work) {
  const { extractWheels } = await import('../dist/engine/install/wheel.js');
  const { compileAddon } = await import('../dist/engine/install/compile.js');
  const { addonFile } = await import('../dist/engine/recipes/recipe.js');
  await extractWheels(recipe, work, work, { onMessage: () => {}, onProgress: () => {} });
  const addon = { ...recipe.addon, flags: [...recipe.addon.flags, ...flags] };
  await compileAddon({ ...recipe, addon }, join(work, 'tensorflow'));

  const made = join(work, 'tensorflow', addonFile);
  const libraries = Object.keys(recipe.libraries).map((member) => join(work, member));
  const problems = tooNew(versionsWanted(made), libraries.flatMap(versionsWanted), recipe.runsOn.glibc);
  for (const problem of problems) say(problem);
  if (problems.length > 0) return false;
  await keep(recipe, made);
  return true;
}

/** Puts the addon into prebuilds/ with its notice, and at last its record: without that it is not taken. */
async function keep(recipe, made) {
  const { addonKey, compilerVersion, prebuiltPaths } = await import('../dist/engine/install/compile.js');
  const paths = prebuiltPaths(recipe);
  const folder = dirname(paths.addon);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(made, paths.addon);
  const opening =
    'tfjs_binding.node is compiled from joinGroup.cc of alexft and these packages, which were not changed:';
  const tensorflowHeaders = `headers of TensorFlow ${recipe.tensorflow}`;
  writeFileSync(join(folder, 'NOTICE.txt'), noticeOf(opening, packages, [tensorflowHeaders]));
  const record = {
    schema: 1,
    key: addonKey(recipe),
    sha256: createHash('sha256').update(readFileSync(made)).digest('hex'),
    compiler: await compilerVersion(),
    flags: recordedFlags,
  };
  writeFileSync(paths.record, `${JSON.stringify(record, undefined, 2)}\n`);
}

function sameFlags(record) {
  return JSON.stringify(JSON.parse(readFileSync(record, 'utf8')).flags) === JSON.stringify(recordedFlags);
}
