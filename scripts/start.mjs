// npm start: prepares the clone and runs alexft, `npm start -- train --data DIR`; without a command, the demo.
// The commands themselves provide the engine and the weights.

import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './processes.mjs';
import { setUp } from './setup.mjs';

await setUp();

// npm runs scripts in the clone, but paths are relative to the user's directory.
const { INIT_CWD, npm_lifecycle_event } = process.env;
if (npm_lifecycle_event === 'start' && INIT_CWD) process.chdir(INIT_CWD);

// Messages show commands as the user has to type them.
const path = relative(process.cwd(), root); // '' or '..' in the clone
const isOutside = path !== '' && !/^[./\\]+$/.test(path);
process.env.ALEXFT_COMMAND = `npm start${isOutside ? ` --prefix ${quoted(path)}` : ''} --`;

// In this process, so that signals, the terminal and the exit code are those of alexft.
const bin = join(root, 'dist', 'bin.js');
const given = process.argv.slice(2);
process.argv.splice(1, process.argv.length, bin, ...(given.length > 0 ? given : ['demo']));
await import(pathToFileURL(bin).href);

/** For a POSIX shell. */
function quoted(path) {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
