// The house's floors: a module imports only from its own floor and from those below (CONTRIBUTING.md).

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from './support.js';

/** From the ground up. A file directly in src/ is a floor of its own, by its name. */
const floors = [
  ['errors', 'version', 'cacheFolder', 'jsonData', 'shellWord', 'spans', 'webAssembly', 'words'],
  ['mt19937', 'random', 'randomBlocks', 'randomKernel'],
  ['options'],
  ['fetch'],
  ['engine'],
  ['data'],
  ['model'],
  ['drawing'],
  ['training'],
  ['report'],
  ['commands'],
  ['index', 'cli'],
  ['bin'],
];

const src = join(root, 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const importsOf = (file: string): string[] =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1]!,
  );

function floorOf(file: string): number {
  const name = file.split('/')[0]!.replace(/\.ts$/, '');
  const floor = floors.findIndex((names) => names.includes(name));
  assert.notEqual(floor, -1, `src/${file} is on no floor: add it to the list in this test`);
  return floor;
}

test('every file of src is on a floor', () => {
  assert.ok(files.length > 50);
  for (const file of files) floorOf(file);
});

test('no module imports from a floor above its own', () => {
  for (const file of files) {
    for (const specifier of importsOf(file).filter((specifier) => specifier.startsWith('.'))) {
      const imported = relative(src, join(src, dirname(file), specifier)).replace(/\.js$/, '.ts');
      if (imported.startsWith('..')) continue; // package.json
      assert.ok(floorOf(imported) <= floorOf(file), `src/${file} imports ${imported}, from a floor above`);
    }
  }
});

test('only cli and bin print, end the process or set its exit code', () => {
  // A child process talks to its parent by what it prints.
  const mayPrint = /^(cli\/|bin\.ts|engine\/install\/probeChild\.ts)/;
  for (const file of files.filter((name) => !mayPrint.test(name))) {
    const text = readFileSync(join(src, file), 'utf8');
    assert.doesNotMatch(text, /\bconsole\.|process\.(stdout|stderr|exit\b|exitCode)/, `src/${file}`);
  }
});

test('only engine knows native code', () => {
  for (const file of files.filter((name) => !name.startsWith('engine/'))) {
    const text = readFileSync(join(src, file), 'utf8');
    assert.doesNotMatch(text, /process\.dlopen|tfjs-node|tfjs-backend|\.executeOp/, `src/${file}`);
  }
});

test('a report is made of plain data: without files, engine or network', () => {
  const inReport = files.filter((name) => name.startsWith('report/'));
  assert.ok(inReport.length > 10);
  for (const file of inReport) {
    for (const specifier of importsOf(file)) {
      assert.doesNotMatch(
        specifier,
        /node:(fs|net|http|child)|tensorflow|sharp|\/(engine|data|model)\//,
        `src/${file}`,
      );
    }
  }
});
