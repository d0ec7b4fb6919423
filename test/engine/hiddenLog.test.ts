import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root, temporaryFolder } from '../support.js';

const module = JSON.stringify(pathToFileURL(join(root, 'dist/engine/hiddenLog.js')).href);
const noise = [
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\\n',
  'I0000 00:00:1795747021.398378   21416 port.cc:153] oneDNN custom operations are on.\\n',
];
const program = `
  import { writeSync } from 'node:fs';
  import { withStderrHidden } from ${module};
  const write = (text) => writeSync(2, text);
  const noise = () => { write('${noise[0]}'); write('${noise[1]}'); };
  write('before\\n');
  const result = withStderrHidden(() => { noise(); return 7; });
  try { withStderrHidden(() => { throw new Error('failed\\n'); }); } catch (error) { write(error.message); }
  write('after ' + result + '\\n');
  withStderrHidden(() => { noise(); write('E0000 00:00:1795747021.4 1 cuda.cc:1] no driver\\n'); });
  process.stderr.write('and through the stream\\n');
`;
const expected =
  'before\nfailed\nafter 7\nE0000 00:00:1795747021.4 1 cuda.cc:1] no driver\nand through the stream\n';
const skip = process.platform !== 'linux';

/** Runs a shell command line in which `"$@"` is the program. */
const inShell = (line: string, cwd?: string) =>
  spawnSync('sh', ['-c', line, 'sh', process.execPath, '--input-type=module', '-e', program], {
    encoding: 'utf8',
    ...(cwd !== undefined && { cwd }),
  });

test('a pipe: the noise is hidden, errors and everything before and after are not', { skip }, () => {
  assert.equal(inShell('"$@" 2>&1 | cat').stdout, expected); // Node's own pipes are sockets
});

for (const [title, line] of [
  ['a file that the shell continues to write to', '("$@"; echo shell >&2) 2>log'],
  ['a file that is appended to', 'echo earlier >log; "$@" 2>>log; echo shell >>log'],
  ['a file that is stdout, too', '("$@"; echo shell) >log 2>&1'],
] as const) {
  test(`${title}: the noise is removed unless there is an error in it`, { skip }, async (t) => {
    const folder = await temporaryFolder(t);
    assert.equal(inShell(line, folder).stderr, '');
    const withError = expected.replace('E0000', `${noise.join('').replaceAll('\\n', '\n')}E0000`);
    const before = line.includes('earlier') ? 'earlier\n' : '';
    assert.equal(readFileSync(join(folder, 'log'), 'utf8'), `${before}${withError}shell\n`);
  });
}

test('a FIFO without a reader is left alone, and nothing waits for one', { skip }, async (t) => {
  const path = join(await temporaryFolder(t), 'fifo');
  const waiting = `
    import { readSync } from 'node:fs';
    import { withStderrHidden } from ${module};
    readSync(0, Buffer.alloc(1));
    console.log(withStderrHidden(() => 7));`;
  // The shell reads from it while the program starts.
  const line = `mkfifo "$2"; exec 3<>"$2"; (sleep 0.5; echo) | timeout 8 "$0" --input-type=module -e "$1" 2>"$2" 3<&- & exec 3<&-; wait`;
  const { stdout, status } = spawnSync('sh', ['-c', line, process.execPath, waiting, path], {
    timeout: 10_000,
    killSignal: 'SIGKILL',
  });
  assert.deepEqual([status, stdout?.toString()], [0, '7\n']);
});
