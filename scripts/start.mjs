// npm start: prepares the clone and runs alexft, `npm start -- train --data DIR`; without a command, the demo.
// The commands themselves provide the engine and the weights.

import { isAbsolute, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

await setUp();

// npm runs scripts in the clone, but paths are relative to the user's directory.
const { INIT_CWD, npm_lifecycle_event } = process.env;
if (npm_lifecycle_event === 'start' && INIT_CWD) process.chdir(INIT_CWD);

const { shellWord } = await import(moduleURL('core/shellWord.js'));
const inClone = relative(root, process.cwd());
const isOutside = inClone.startsWith('..') || isAbsolute(inClone);
const prefix = isOutside ? ` --prefix ${shellWord(relative(process.cwd(), root))}` : '';
process.env.ALEXFT_COMMAND = `npm start${prefix} --`;

// In this process, so that signals, the terminal and the exit code are those of alexft.
const given = process.argv.slice(2);
process.argv.splice(
  1,
  process.argv.length,
  join(root, 'dist', 'bin.js'),
  ...(given.length > 0 ? given : ['demo']),
);
await import(moduleURL('bin.js'));

function moduleURL(path) {
  return pathToFileURL(join(root, 'dist', path)).href;
}
