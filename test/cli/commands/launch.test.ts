import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { alexft } from '../run.js';

test('launch refuses what is not a training', async () => {
  for (const [words, message] of [
    [['--', 'train'], /--processes is missing/],
    [['--processes', '2'], /Expected train after -- but received nothing/],
    [['--processes', '2', '--', 'check', '--data', 'x'], /Expected train after -- but received 'check'/],
    [
      ['--processes', '2', '--max-restarts', '1', '--', 'train', '--data', 'x'],
      /needs the folder of the run/,
    ],
  ] as const) {
    const { code, stderr } = await alexft(['launch', ...words]);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});

test('rank 0 alone prints, and its exit code is that of launch', async (t) => {
  const data = join(await temporaryFolder(t), 'images');
  await drawFolder(data, [10, 10]);
  const plan = await alexft([
    'launch',
    '--processes',
    '2',
    '--',
    'train',
    '--data',
    data,
    '--dry-run',
    '--json',
  ]);
  assert.equal(plan.code, 0);
  assert.equal(plan.stdout.trim().split('\n').length, 1);
  assert.equal((JSON.parse(plan.stdout) as { event: string }).event, 'plan');

  const failed = await alexft(['launch', '--processes', '2', '--', 'train', '--data', join(data, 'none')]);
  assert.equal(failed.code, 3);
  assert.match(failed.stderr, /Rank \d has failed \(exit code 3\)\. All ranks have ended\./);
});
