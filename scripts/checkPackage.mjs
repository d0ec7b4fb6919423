// Checks what `npm pack` would put into the package: all that is needed, nothing that is not known to belong, and no
// reference to a file that stays behind.

import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { npmOutput, root } from './processes.mjs';

const allowed = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|NOTICE)$/,
  /^dist\/([\w-]+\/)*[\w-]+\.(js|d\.ts)(\.map)?$/,
  /^dist\/(data\/transforms\/resizeKernel|random\/kernel)\.wasm$/,
  /^dist\/engine\/vendor\/(tfjsNodeBackend\.cjs|tfjsNodeBackend\.cjs\.LEGAL\.txt|NOTICE\.txt)$/,
  /^dist\/report\/vendor\/(charts\.cjs|charts\.cjs\.LEGAL\.txt|NOTICE\.txt)$/,
  /^dist\/export\/vendor\/(tfjsConverter\.cjs|tfjsConverter\.cjs\.LEGAL\.txt|NOTICE\.txt)$/,
  /^dist\/page\/vendor\/(serve\.js|web\.js|NOTICE\.txt)$/,
  /^dist\/drawing\/vendor\/(DejaVuSans\.ttf|fonts\.conf|NOTICE\.txt)$/,
  /^dist\/engine\/vendor\/addon\/(binding|node-api)\/\w+\.(h|cc)$/, // compiled where no addon is ready-built
  /^docs\/config\.schema\.json$/,
  /^dist\/([\w-]+\/)*[\w-]+\.json$/, // data that modules read at run time
  /^prebuilds\/linux-x64\/(tfjs_binding\.node|addon\.json|NOTICE\.txt)$/,
];
const needed = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'NOTICE',
  'docs/config.schema.json',
  'dist/bin.js',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/data/transforms/resizeKernel.wasm',
  'dist/random/kernel.wasm',
  'dist/doctor/figures.json',
  'dist/weights/imagenetClasses.json',
  'dist/engine/install/probeChild.js',
  'dist/engine/vendor/tfjsNodeBackend.cjs',
  'dist/engine/vendor/addon/binding/tfjs_binding.cc',
  'dist/engine/vendor/addon/node-api/node_api.h',
  'dist/engine/vendor/NOTICE.txt',
  'dist/report/vendor/charts.cjs',
  'dist/report/vendor/NOTICE.txt',
  'dist/export/vendor/tfjsConverter.cjs',
  'dist/export/vendor/NOTICE.txt',
  'dist/page/vendor/serve.js',
  'dist/page/vendor/web.js',
  'dist/page/vendor/NOTICE.txt',
  'dist/drawing/vendor/DejaVuSans.ttf',
  'dist/drawing/vendor/fonts.conf',
  'dist/drawing/vendor/NOTICE.txt',
  'prebuilds/linux-x64/addon.json',
  'prebuilds/linux-x64/tfjs_binding.node',
  'prebuilds/linux-x64/NOTICE.txt',
];
/** Images and weights would show by their size before their names. */
const largest = 1_000_000;

/** Whether the package is as it should be; `log` receives what is wrong with it, and its size. */
export function checkPackage({ log = console.log } = {}) {
  // npm 12 answers with an object by package name, older ones with a list.
  const answer = JSON.parse(npmOutput('pack', '--dry-run', '--json', '--ignore-scripts'));
  const [{ files, size, unpackedSize }] = Object.values(answer);
  const packed = new Set(files.map(({ path }) => path));
  const problems = [
    ...needed.filter((path) => !packed.has(path)).map((path) => `${path} is missing`),
    ...files
      .filter(({ path }) => !allowed.some((form) => form.test(path)))
      .map(({ path }) => `${path} does not belong`),
    ...files.filter((file) => file.size > largest).map((file) => `${file.path} is large: ${file.size} bytes`),
    ...files
      .filter(({ path, mode }) => path === 'dist/bin.js' && !(mode & 0o100))
      .map(({ path }) => `${path} can't be executed`),
    ...[...packed].flatMap((path) => danglingMaps(path, packed)),
  ];
  for (const problem of problems) log(problem);
  const { length } = problems;
  log(`${files.length} files, ${size} bytes packed, ${unpackedSize} unpacked, ${length} problems`);
  return length === 0;
}

/** Source maps that are named but not packed, and sources that a map names, does not hold, and that are not packed. */
function danglingMaps(path, packed) {
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

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!checkPackage()) process.exitCode = 1;
}
