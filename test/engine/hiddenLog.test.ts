import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root, temporaryFolder } from '../support.js';

const program = `
  import { writeSync } from 'node:fs';
  import { withStderrHidden } from ${JSON.stringify(pathToFileURL(join(root, 'dist/engine/hiddenLog.js')).href)};
  writeSync(2, 'before\\n');
  const result = withStderrHidden(() => { writeSync(2, 'noise\\n'); return 7; });
  try { withStderrHidden(() => { throw new Error('failed'); }); } catch (error) { writeSync(2, error.message + '\\n'); }
  writeSync(2, 'after ' + result + '\\n');
  process.stderr.write('and through the stream\\n');
`;
/** Runs the program with stderr in a shell's pipe (Node's `stdio: 'pipe'` creates sockets). */
const runPiped = () =>
  spawnSync('sh', ['-c', '"$0" --input-type=module -e "$1" 2>&1 | cat', process.execPath, program]);

test('hides only what is written to a piped stderr during the call', {
  skip: process.platform !== 'linux',
}, () => {
  assert.equal(runPiped().stdout.toString(), 'before\nfailed\nafter 7\nand through the stream\n');
});

test('does not redirect a stderr that is a file', async (t) => {
  const path = join(await temporaryFolder(t), 'log');
  const file = openSync(path, 'w');
  spawnSync(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', file] });
  closeSync(file);
  assert.equal(readFileSync(path, 'utf8'), 'before\nnoise\nfailed\nafter 7\nand through the stream\n');
});

test('does not redirect a stderr that is a FIFO without a reader, and does not block', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const path = join(await temporaryFolder(t), 'fifo');
  const module = JSON.stringify(pathToFileURL(join(root, 'dist/engine/hiddenLog.js')).href);
  const waiting = `
    import { readSync } from 'node:fs';
    import { withStderrHidden } from ${module};
    readSync(0, Buffer.alloc(1));
    console.log(withStderrHidden(() => 7));`;
  // The shell has the FIFO open for reading while the program starts.
  const line = `mkfifo "$2"; exec 3<>"$2"; (sleep 0.5; echo) | timeout 8 "$0" --input-type=module -e "$1" 2>"$2" 3<&- & exec 3<&-; wait`;
  const { stdout, status } = spawnSync('sh', ['-c', line, process.execPath, waiting, path], {
    timeout: 10_000,
    killSignal: 'SIGKILL',
  });
  assert.deepEqual([status, stdout?.toString()], [0, '7\n']);
});
