// Checks what `npm pack` would put into the package: all that is needed, nothing that is not known to belong, and no
// reference to a file that stays behind.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { root } from './setup.mjs';

const allowed = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|NOTICE)$/,
  /^dist\/([\w-]+\/)*[\w-]+\.(js|d\.ts)(\.map)?$/,
  /^dist\/engine\/vendor\/(tfjsNodeBackend\.cjs|tfjsNodeBackend\.cjs\.LEGAL\.txt|NOTICE\.txt)$/,
  /^dist\/([\w-]+\/)*[\w-]+\.json$/, // golden figures that doctor compares with
  /^prebuilds\/linux-x64\/tfjs_binding\.node$/,
];
const needed = [
  'package.json',
  'README.md',
  'LICENSE',
  'dist/bin.js',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/engine/install/probeChild.js',
  'dist/engine/vendor/tfjsNodeBackend.cjs',
  'dist/engine/vendor/NOTICE.txt',
];
/** Pictures and weights would show by their size before their names. */
const largest = 1_000_000;

const { stdout, stderr, status } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  encoding: 'utf8',
});
if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
// npm 12 answers with an object by package name, older ones with a list.
const [{ files, size, unpackedSize }] = Object.values(JSON.parse(stdout));
const packed = new Set(files.map(({ path }) => path));

const problems = [
  ...needed.filter((path) => !packed.has(path)).map((path) => `${path} is missing`),
  ...files
    .filter(({ path }) => !allowed.some((form) => form.test(path)))
    .map(({ path }) => `${path} does not belong`),
  ...files.filter((file) => file.size > largest).map((file) => `${file.path} is large: ${file.size} bytes`),
  ...[...packed].flatMap(danglingMaps),
];
for (const problem of problems) console.log(problem);
console.log(
  `${files.length} files, ${size} bytes packed, ${unpackedSize} unpacked, ${problems.length} problems`,
);
if (problems.length > 0) process.exitCode = 1;

/** Source maps that are named but not packed, and sources that a map names, does not hold, and that are not packed. */
function danglingMaps(path) {
  const beside = (other) => posix.normalize(posix.join(posix.dirname(path), other));
  if (path.endsWith('.map')) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(root, path), 'utf8'));
    return sources
      .filter((source, index) => !sourcesContent?.[index] && !packed.has(beside(source)))
      .map((source) => `${path} refers to ${beside(source)}, which is not packed`);
  }
  if (!/\.(js|cjs|d\.ts)$/.test(path)) return [];
  const map = /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(join(root, path), 'utf8'))?.[1];
  return map && !packed.has(beside(map)) ? [`${path} refers to ${beside(map)}, which is not packed`] : [];
}
