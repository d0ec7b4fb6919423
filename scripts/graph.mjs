// npm run graph: prints the folders of src/ and their imports as a Mermaid diagram, or, with --write FILE, replaces the
// Mermaid block in FILE. Left out are imports that others imply (of a -> b, b -> c and a -> c, the last one), and those
// that `npx depcruise src` reports because they break the layers.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const options = await extractOptions(join(process.cwd(), '.dependency-cruiser.cjs'));
const { output } = await cruise(['src'], { ...options, includeOnly: '^src', collapse: '^src/[^/]+' });

const nameOf = (path) => path.replace(/^src\//, '').replace(/\.ts$/, '');
/** The folders that each folder imports. Both executables, `bin` and the library's `index`, are files. */
const imports = new Map(
  output.modules
    .map(({ source, dependencies }) => [nameOf(source), dependencies])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, dependencies]) => [
      name,
      new Set(
        dependencies
          .filter(({ rules = [] }) => !rules.some(({ name }) => name.endsWith('-imports-nothing-above')))
          .map(({ resolved }) => nameOf(resolved))
          .filter((other) => other !== name)
          .sort(),
      ),
    ]),
);
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

const edges = [...imports].flatMap(([from, targets]) => [...targets].map((to) => `  ${from} --> ${to}\n`));
const diagram = `flowchart TD\n${edges.join('')}`;
const file = process.argv[2] === '--write' ? process.argv[3] : undefined;
if (file === undefined) {
  process.stdout.write(diagram);
} else {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(^```mermaid\n)[\s\S]*?(^```$)/m, `$1${diagram}$2`));
}
