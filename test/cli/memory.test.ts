// A control group with less memory than a training takes, as a container has it: AlexNet itself, by the command line.

import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { drawFolder } from '../data/colouredFolder.js';
import { engines } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';
import { inShell } from './run.js';

/** A group of 1.9 GB; undefined where this process may not make one. */
function limitedGroup(t: TestContext): string | undefined {
  for (const [root, limit] of [
    ['/sys/fs/cgroup', 'memory.max'],
    ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
  ] as const) {
    const group = join(root, `alexft-test-${process.pid}`);
    try {
      mkdirSync(group);
      t.after(() => rmdirSync(group));
      writeFileSync(join(group, limit), String(1.9e9), { flag: 'r+' }); // no file is made where it is no such system
      return group;
    } catch {} // not this kind, or no permission
  }
  return undefined;
}

const [cpu] = await engines();

test('more memory than the container has: refused, with a command line that works there', {
  skip: cpu?.skip,
}, async (t) => {
  const group = limitedGroup(t);
  if (!group) {
    t.skip('no control group can be made here');
    return;
  }
  const cwd = await temporaryFolder(t);
  await drawFolder(join(cwd, 'my images'), [100, 100]);
  const words = [
    'train',
    '--data',
    'my images',
    '--weights',
    'none',
    '--device',
    'cpu',
    '--epochs',
    '1',
    '--batch-size',
    '256',
  ];
  const inGroup = 'echo $$ > "$GROUP/cgroup.procs";';
  const env = { GROUP: group };
  const refused = await inShell(`${inGroup} exec "$@"`, [...words, '--out', 'a run'], { cwd, env });
  assert.equal(refused.code, 1, refused.stderr);
  assert.match(
    refused.stderr,
    /not enough memory for this training: it takes about .* GB, and there are 1\.90 GB in all/,
  );
  const line = /^alexft train .*$/m.exec(refused.stderr)?.[0] ?? '';
  assert.match(line, /--out 'a run' .*--batch-size \d+/);

  const again = await inShell(`${inGroup} alexft() { "$NODE" "$BIN" "$@"; }; NODE=$1 BIN=$2; ${line}`, [], {
    cwd,
    env,
  });
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /best model from epoch 1/);
});
