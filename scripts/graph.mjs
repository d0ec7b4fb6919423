// npm run graph: prints the folders of src/ and their imports as a Mermaid diagram, or, with --write FILE, replaces the
// Mermaid block in FILE. Imports that others imply are left out (of a -> b, b -> c and a -> c, the last one).

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** The folder of a file of src/, or its name: `bin` and `index` are files. */
const folderOf = (path) => path.split('/')[0].replace(/\.[jt]s$/, '');
const imports = new Map();
for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort()) {
  const from = folderOf(file);
  const targets = imports.get(from) ?? new Set();
  imports.set(from, targets);
  for (const [, specifier] of readFileSync(join('src', file), 'utf8').matchAll(
    /(?:from|import)\s*\(?\s*'(\.[^']+)'/g,
  )) {
    const path = normalize(join(file, '..', specifier));
    if (!path.startsWith('..') && folderOf(path) !== from) targets.add(folderOf(path));
  }
}
for (const [from, targets] of imports) {
  for (const to of targets) if (isImplied(from, to)) targets.delete(to);
}

/** Whether `to` can be reached from `from` without their direct import. */
function isImplied(from, to) {
  const seen = new Set([from]);
  const open = [...imports.get(from)].filter((name) => name !== to);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(imports.get(name) ?? []));
  }
  return false;
}

const edges = [...imports].flatMap(([from, targets]) =>
  [...targets].sort().map((to) => `  ${from} --> ${to}\n`),
);
const diagram = `flowchart TD\n${edges.join('')}`;
const file = process.argv[2] === '--write' ? process.argv[3] : undefined;
if (file === undefined) {
  process.stdout.write(diagram);
} else {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(^```mermaid\n)[\s\S]*?(^```$)/m, `$1${diagram}$2`));
}
