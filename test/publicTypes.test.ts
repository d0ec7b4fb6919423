import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './support.js';

test('the types of the library need no other package and not Node’s types', () => {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
  const flags = [...strict, '--target', 'es2023', '--module', 'nodenext', '--types', '', '--noEmit'];
  const entry = join(root, 'dist', 'index.d.ts');
  const run = spawnSync(process.execPath, [tsc, ...flags, '--ignoreConfig', '--listFiles', entry], {
    encoding: 'utf8',
  });
  const files = run.stdout.split('\n').filter((line) => line.endsWith('.d.ts'));
  const errors = run.stdout.split('\n').filter((line) => line.includes(': error TS'));
  assert.deepEqual([run.status, errors], [0, []]);
  assert.ok(files.some((file) => file.endsWith('dist/commands/training/train.d.ts')));
  const outside = files.filter((file) => /node_modules\/(?!typescript\/|@typescript\/)/.test(file));
  assert.deepEqual(outside, []);
});
