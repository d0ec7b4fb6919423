// A program that does nothing but write checkpoints, to be killed: node checkpointProgram.js RUN COUNT [--traced]
// `--traced`: it first names the thread that does its work with files, and waits for a line on stdin.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { printable, reasonOf, UserError } from '../../dist/core/errors.js';
import { threadOfFiles } from './threadOfFiles.js';
import { writeCheckpoints } from './writeCheckpoints.js';

const [run, count, traced] = process.argv.slice(2) as [string, string, string?];
const say = (line: string) => process.stdout.write(`${line}\n`);

async function waitForTracer(): Promise<void> {
  say(`thread ${await threadOfFiles(() => writeFile(join(run, 'probe'), new Uint8Array(123_457)))}`);
  await new Promise((resolve) => createInterface(process.stdin).once('line', resolve));
  process.stdin.destroy();
}

await writeCheckpoints(run, Number(count), say, traced ? waitForTracer : undefined).catch((error) => {
  // 1: a sentence for the user. 70: a bug, or what must not be.
  say(`failed ${printable(reasonOf(error))}`);
  process.exitCode = error instanceof UserError ? 1 : 70;
});
