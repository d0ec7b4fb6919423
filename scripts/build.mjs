// Builds dist/: tsc compiles src/, esbuild bundles tfjs-node's backend out of its package.
//
// Why a bundle: npm runs the install script of @tensorflow/tfjs-node-gpu wherever it is a dependency, and that script
// downloads a TensorFlow of 2022 or fails. Bundled, the package is needed for building only.

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { stampOf, writeStamp } from './buildStamp.mjs';
import { root, run } from './setup.mjs';

/** Whether everything was built. */
export async function build() {
  const stamp = stampOf(root);
  const compiled = run(process.execPath, join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', root);
  removeOrphans(join(root, 'dist'), join(root, 'src'));
  await bundleBackend();
  if (existsSync(join(root, 'dist', 'bin.js'))) chmodSync(join(root, 'dist', 'bin.js'), 0o755);
  if (compiled) writeStamp(root, stamp);
  return compiled;
}

/** Removes what was compiled from a source that is no longer there: it would be packed, and run by mistake. */
export function removeOrphans(compiled, sources) {
  for (const entry of readdirSync(compiled, { withFileTypes: true })) {
    const path = join(compiled, entry.name);
    if (entry.isDirectory()) {
      if (entry.name === 'vendor') continue;
      removeOrphans(path, join(sources, entry.name));
      if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
      continue;
    }
    const source = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(entry.name)?.[1];
    if (source && !existsSync(join(sources, `${source}.ts`))) rmSync(path);
  }
}

/** dist/engine/vendor/: the backend's class and its kernels, with tfjs-core left to be found in node_modules. */
async function bundleBackend() {
  const folder = join(root, 'dist', 'engine', 'vendor');
  mkdirSync(folder, { recursive: true });
  const { metafile } = await bundle({
    stdin: {
      contents: `
        require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels');
        module.exports = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend');`,
      resolveDir: root,
    },
    absWorkingDir: root,
    outfile: join(folder, 'tfjsNodeBackend.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The backend asks for the union package, seven times the size, but uses only what the core has.
    alias: { '@tensorflow/tfjs': '@tensorflow/tfjs-core' },
    external: ['@tensorflow/tfjs-core'],
    legalComments: 'external',
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'NOTICE.txt'), noticeFor(Object.keys(metafile.inputs)));
}

/** What the bundle owes: the packages in it, and the text of each one's licence. */
function noticeFor(inputs) {
  const folders = new Set(inputs.map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]));
  folders.delete(undefined);
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return { title: `${name} ${version} (${license})`, text: licenceText(folder, license) };
  });
  const titles = parts.map(({ title }) => `  ${title}`).join('\n');
  const texts = [...new Set(parts.map(({ text }) => text))];
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `tfjsNodeBackend.cjs is bundled, unchanged, from these packages:\n\n${titles}${rule}${texts.join(rule)}\n`;
}

function licenceText(folder, license) {
  const own = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
  if (own) return readFileSync(join(root, folder, own), 'utf8').trim();
  // tfjs' packages name their licence without its text; TypeScript's file is that text, unchanged.
  if (license === 'Apache-2.0') {
    return readFileSync(join(root, 'node_modules', 'typescript', 'LICENSE'), 'utf8').trim();
  }
  throw new Error(`${folder} is ${license} and brings no licence text: the bundle owes it`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = (await build()) ? 0 : 1;
}
