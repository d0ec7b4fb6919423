// docs/cli.md is generated from the declarations of the options.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { commands } from '../../dist/cli/commands.js';
import { root, temporaryFolder } from '../support.js';

const script = join(root, 'scripts', 'cliReference.mjs');
const run = (...words: string[]) => spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
const current = () => readFileSync(join(root, 'docs', 'cli.md'), 'utf8');

test('docs/cli.md is up to date, and outdated files are found', async (t) => {
  const checked = run('--check');
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);

  const copy = join(await temporaryFolder(t), 'cli.md');
  await writeFile(copy, current().replace('`--epochs <n>` | 5', '`--epochs <n>` | 6'));
  const outdated = run('--check', copy);
  assert.equal(outdated.status, 1);
  assert.match(outdated.stdout, /not up to date\. Run: node scripts\/cliReference\.mjs/);
  assert.equal(run(copy).status, 0);
  assert.equal(readFileSync(copy, 'utf8'), current());
});

test('it has a section per command with all options, by group', () => {
  for (const { name, options } of commands) {
    const section = current().split(`\n## ${name}\n`)[1]!.split('\n## ')[0]!;
    let group = '';
    const found = section.split('\n').flatMap((line) => {
      group = /^\*\*(.*)\*\*$/.exec(line)?.[1] ?? group;
      const flag = /^\| `(--[\w-]+)/.exec(line)?.[1];
      return flag === undefined ? [] : [`${group}: ${flag}`];
    });
    const declared = Object.values(options).map(({ group, flag }) => `${group}: ${flag}`);
    assert.deepEqual(found.sort(), declared.sort(), name);
  }
});
