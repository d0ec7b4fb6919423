// npm start: sets up what is missing and runs alexft, `npm start -- train --data DIR`; without a command, its demo.
// The engine and the weights are provided by alexft's commands themselves.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

await setUp();

// In this process: signals, the terminal and the exit code are alexft's own.
const bin = join(root, 'dist', 'bin.js');
const given = process.argv.slice(2);
process.argv.splice(1, process.argv.length, bin, ...(given.length > 0 ? given : ['demo']));
await import(pathToFileURL(bin).href);
