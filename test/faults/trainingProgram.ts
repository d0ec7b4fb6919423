// alexft train on a narrow network, as a process: node trainingProgram.js OPTIONS (JSON). Exit codes are alexft's.

import { reasonOf, UserError } from '../../dist/core/errors.js';
import { trainNarrow } from '../commands/narrow.js';

try {
  await trainNarrow(JSON.parse(process.argv[2]!));
} catch (error) {
  process.stderr.write(`${error instanceof UserError ? reasonOf(error) : (error as Error).stack}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 70;
}
