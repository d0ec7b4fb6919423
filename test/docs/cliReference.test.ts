// docs/cli.md and docs/config.schema.json are generated from the declarations of the options.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { commands } from '../../dist/cli/commands.js';
import { root, temporaryFolder } from '../support.js';

const script = join(root, 'scripts', 'cliReference.mjs');
const run = (...words: string[]) => spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
const current = () => readFileSync(join(root, 'docs', 'cli.md'), 'utf8');

const documents = ['cli.md', 'config.schema.json'];

test('the generated documents are up to date, and outdated files are found', async (t) => {
  const checked = run('--check');
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);

  const folder = await temporaryFolder(t);
  await Promise.all(documents.map((name) => copyFile(join(root, 'docs', name), join(folder, name))));
  await writeFile(join(folder, 'cli.md'), current().replace('`--epochs <n>` | 5', '`--epochs <n>` | 6'));
  const outdated = run('--check', folder);
  assert.equal(outdated.status, 1);
  assert.match(outdated.stdout, /cli\.md is not up to date\. Run: node scripts\/cliReference\.mjs/);
  assert.equal(run(folder).status, 0);
  for (const name of documents)
    assert.equal(readFileSync(join(folder, name), 'utf8'), readFileSync(join(root, 'docs', name), 'utf8'));
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
