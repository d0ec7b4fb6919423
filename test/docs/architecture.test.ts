// docs/architecture.md shows the folders of src/ as they are.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../support.js';
import { blocksOf, textOf } from './documents.js';

const page = textOf('docs/architecture.md');

test('every folder of src/ has its line in docs/architecture.md, and no other has', () => {
  const [, table] = page.split('| folder | content |\n');
  const listed = [...table!.split('\n\n')[0]!.matchAll(/^\| `(\w+)` \| \S.* \|$/gm)].map((match) => match[1]);
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  assert.deepEqual(listed.sort(), folders.sort());
});

test('the diagram is the one that npm run graph prints', () => {
  const [diagram] = blocksOf(page).filter(({ language }) => language === 'mermaid');
  const printed = execFileSync(process.execPath, [join(root, 'scripts', 'graph.mjs')], { encoding: 'utf8' });
  assert.equal(diagram!.text, printed, 'Run: npm run graph -- --write docs/architecture.md');
});
