// Rules of src/ that Biome's import rules (biome.json, biome.layers.json) can't express.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './support.js';

const src = join(root, 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const importsOf = (file: string): string[] =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1]!,
  );

test('every folder of src is a layer, and an import from a higher layer is an error', (t) => {
  const { overrides } = JSON.parse(readFileSync(join(root, 'biome.layers.json'), 'utf8')) as {
    overrides: { includes: [string] }[];
  };
  const layers = [...overrides.map(({ includes: [path] }) => path.slice(4, -3)), 'cli'];
  const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map(({ name }) => name).sort(), [...layers].sort());
  const folder = mkdtempSync(join(src, 'core', 'upward-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file.ts');
  writeFileSync(file, "import '../../cli/main.js';\n");
  const biome = join(root, 'node_modules', '.bin', 'biome');
  assert.throws(
    () => execFileSync(biome, ['lint', file], { cwd: root, encoding: 'utf8', stdio: 'pipe' }),
    (error: { stdout: string; stderr: string }) => /noRestrictedImports/.test(error.stdout + error.stderr),
  );
});

test('only cli and bin print, end the process or set its exit code', () => {
  // A child process talks to its parent by what it prints.
  const mayPrint = /^(cli\/|bin\.ts|engine\/install\/probeChild\.ts)/;
  for (const file of files.filter((name) => !mayPrint.test(name))) {
    const text = readFileSync(join(src, file), 'utf8');
    assert.doesNotMatch(text, /\bconsole\.|process\.(stdout|stderr|exit\b|exitCode)/, `src/${file}`);
  }
});

test('only engine knows native code, and only browsers run tfjs’ WebAssembly elsewhere', () => {
  for (const file of files.filter((name) => !/^(engine|page\/browser)\//.test(name))) {
    const text = readFileSync(join(src, file), 'utf8');
    assert.doesNotMatch(text, /process\.dlopen|tfjs-node|tfjs-backend|\.executeOp/, `src/${file}`);
  }
});

test('a report page is made of plain data', () => {
  const inReport = files.filter((name) => name.startsWith('report/') && !name.startsWith('report/gather/'));
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
