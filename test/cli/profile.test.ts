// --profile: the table on stderr, unchanged results, and a trace also after an interrupt.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { profileLines } from '../../dist/cli/display/costs.js';
import { writeConstantModel } from '../commands/models.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines } from '../engine/engines.js';
import { readTrace } from '../profile/readTrace.js';
import { temporaryFolder } from '../support.js';
import { alexft, jsonLines } from './run.js';

const { skip } = (await engines())[0]!;

test('the table: shares of the core time, phases above half a percent', () => {
  const lines = profileLines({
    file: 'trace\u001b.json',
    seconds: 100,
    cores: 2,
    division: { computing: 150, decoding: 30, files: 2, other: 8, waiting: 10 },
    others: 7,
    phases: [
      { name: 'step', seconds: 79, busy: 153, waiting: 5 },
      { name: 'decode', seconds: 20.6, busy: 37, waiting: 4.2 },
      { name: 'scan', seconds: 0.4, busy: 0, waiting: 0.8 },
    ],
    complete: true,
  });
  assert.deepEqual(lines, [
    '1 min 40 s on 2 cores are 3 min 20 s of core time:',
    '  computing   2 min 30 s        75.0%',
    '  decoding        30.0 s        15.0%',
    '  files            2.0 s         1.0%',
    '  other            8.0 s         4.0%',
    '  waiting         10.0 s         5.0%',
    '  Other programs used the cores for 7.0 s (3.5%) of it.',
    '',
    '                 elapsed   busy cores      waiting',
    '  step        1 min 19 s         1.94         2.5%',
    '  decode          20.6 s         1.80         2.1%',
    'The trace: trace\\u{1b}.json (for ui.perfetto.dev or chrome://tracing)',
  ]);
});

test('predict: the time since the start of the process, on stderr; --quiet writes only the trace', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [3, 3]);
  await writeConstantModel(join(folder, 'model'), ['class-0', 'class-1'], [0, 1]);
  const words = ['predict', 'images', '--model', 'model', '--json', '--profile', 'trace.json'];
  const { code, stdout, stderr } = await alexft(words, { cwd: folder });
  assert.equal(code, 0, stderr);
  assert.equal(jsonLines(stdout).length, 6);
  for (const activity of ['computing', 'decoding', 'files', 'other', 'waiting']) {
    assert.match(stderr, new RegExp(`^  ${activity} +\\d+\\.\\d s +\\d+\\.\\d%$`, 'm'));
  }
  assert.match(stderr, /^The trace: trace\.json /m);
  const trace = await readTrace(join(folder, 'trace.json'));
  const [start] = trace.spans.filter(({ name }) => name === 'start the program');
  assert.equal(start!.ts, 0);
  assert.ok(start!.dur > 20_000, `starting took ${start!.dur} µs`);
  assert.equal(trace.count('read and decode'), 6);

  const again = await alexft(words, { cwd: folder });
  assert.deepEqual([again.code, again.stdout], [2, '']);
  assert.match(again.stderr, /'trace\.json' already exists[\s\S]*--force/);
  const quiet = await alexft([...words, '--force', '--quiet'], { cwd: folder });
  assert.equal(quiet.code, 0);
  assert.doesNotMatch(quiet.stderr, /waiting|trace/); // TensorFlow's own lines may be present
  assert.equal((await readTrace(join(folder, 'trace.json'))).count('read and decode'), 6);
});

test('train: Ctrl-C writes the trace', { skip }, async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [3, 3]);
  const words = ['train', '--data', 'images', '--out', 'run', '--weights', 'none', '--batch-size', '2'];
  let sent = false;
  const onStdout = (child: ChildProcess, stdout: string) => {
    if (!sent && stdout.includes('"step":1,')) sent = child.kill('SIGINT');
  };
  const more = ['--epochs', '1000', '--json', '--profile', 'trace.json'];
  const { code, stdout, stderr } = await alexft([...words, ...more], { cwd: folder, onStdout });
  assert.equal(code, 130, stderr);
  assert.match(stderr, /^The trace: trace\.json /m);
  const trace = await readTrace(join(folder, 'trace.json'));
  assert.equal(trace.count('step'), jsonLines(stdout).filter(({ event }) => event === 'step').length);
  assert.equal(trace.facts.complete, true);
});
