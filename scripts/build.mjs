// Builds dist/: tsc compiles src/, asc our kernels to WebAssembly, esbuild bundles the page's scripts, tfjs-node's
// backend out of its package, the charts of a report out of ECharts and the loader of tfjs-converter, and the sources
// of the addon and the captions' font are copied.
//
// Why bundles: npm runs the install script of @tensorflow/tfjs-node-gpu wherever it is a dependency, and that script
// downloads a TensorFlow of 2022 or fails. Of ECharts, 60 MB, a report needs half a megabyte; of tfjs-converter, 25 MB,
// the proof of an export a third. Bundled, the packages are needed for building only.

import { chmodSync, cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { stampOf, writeStamp } from './buildStamp.mjs';
import { noticeOf } from './notice.mjs';
import { root, run } from './processes.mjs';

/** Whether everything was built. */
export async function build() {
  const stamp = stampOf(root);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiled = [
    run(process.execPath, tsc, '-p', root),
    run(process.execPath, tsc, '-p', join(root, 'src', 'page', 'browser')),
    await compileKernel('data/transforms/resizeKernel'),
    await compileKernel('random/kernel'),
  ].every(Boolean);
  removeOrphans(join(root, 'dist'), join(root, 'src'));
  copyData();
  copyAddonSources();
  writeNotice(vendor, backendOpening, [...(await bundleBackend()), tfjsNode, nodeHeaders]);
  writeNotice(reportVendor, chartsOpening, await bundleCharts());
  writeNotice(exportVendor, converterOpening, await bundleConverter());
  writeNotice(pageVendor, pageOpening, await bundlePage());
  copyFont();
  writeNotice(drawingVendor, fontOpening, [dejavuFonts]);
  if (existsSync(join(root, 'dist', 'bin.js'))) chmodSync(join(root, 'dist', 'bin.js'), 0o755);
  if (compiled) writeStamp(root, stamp);
  return compiled;
}

/**
 * src/NAME/kernel.ts to dist/NAME.wasm: a kilobyte, with nothing in it but the kernel. Returns whether it was compiled.
 */
async function compileKernel(name) {
  const { default: asc } = await import('assemblyscript/asc'); // here: it takes a third of a second to load
  const { error } = await asc.main(
    [
      ...[`src/${name}/kernel.ts`, '--outFile', `dist/${name}.wasm`, '--baseDir', root],
      ...['-O3', '--noAssert', '--enable', 'simd', '--pedantic'],
      // It allocates nothing: all memory, a page at first, is its caller's to lay out.
      ...['--runtime', 'stub', '--memoryBase', '0', '--initialMemory', '1'],
    ],
    { stdout: process.stdout, stderr: process.stderr },
  );
  return error === null;
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
    const module = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(entry.name)?.[1];
    const source = module ? `${module}.ts` : entry.name.endsWith('.json') ? entry.name : undefined;
    if (source && !existsSync(join(sources, source))) rmSync(path);
  }
}

/** Copies the JSON files that modules read at run time to the same paths in dist/. */
function copyData() {
  for (const path of ['doctor/figures.json', 'weights/imagenetClasses.json'])
    cpSync(join(root, 'src', path), join(root, 'dist', path));
}

const vendor = join(root, 'dist', 'engine', 'vendor');
const reportVendor = join(root, 'dist', 'report', 'vendor');
const exportVendor = join(root, 'dist', 'export', 'vendor');
const pageVendor = join(root, 'dist', 'page', 'vendor');
const drawingVendor = join(root, 'dist', 'drawing', 'vendor');
const tfjsNode = join('node_modules', '@tensorflow', 'tfjs-node-gpu');
const nodeHeaders = join('node_modules', 'node-api-headers');
const dejavuFonts = join('node_modules', 'dejavu-fonts-ttf');

/** dist/engine/vendor/addon/: what the native addon is compiled from, beside TensorFlow's headers. */
export function copyAddonSources() {
  const folder = join(vendor, 'addon');
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, tfjsNode, 'binding'), join(folder, 'binding'), { recursive: true });
  cpSync(join(root, 'src', 'engine', 'group', 'joinGroup.cc'), join(folder, 'binding', 'joinGroup.cc'));
  cpSync(join(root, nodeHeaders, 'include'), join(folder, 'node-api'), { recursive: true });
}

/** dist/drawing/vendor/: the font of captions, and a Fontconfig configuration for systems without one. */
function copyFont() {
  cpSync(join(root, dejavuFonts, 'ttf', 'DejaVuSans.ttf'), join(drawingVendor, 'DejaVuSans.ttf'));
  writeFileSync(join(drawingVendor, 'fonts.conf'), '<fontconfig></fontconfig>\n');
}

/**
 * dist/engine/vendor/tfjsNodeBackend.cjs: the backend's class and its kernels, with tfjs-core left to be found in
 * node_modules. Returns the folders of the packages that are in it.
 */
async function bundleBackend() {
  const { metafile } = await bundle({
    stdin: {
      contents: `
        require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels');
        module.exports = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend');`,
      resolveDir: root,
    },
    absWorkingDir: root,
    outfile: join(vendor, 'tfjsNodeBackend.cjs'),
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
  return packagesIn(metafile);
}

/**
 * dist/report/vendor/charts.cjs: what a report's charts need of ECharts: lines, our own bars, and SVG. Returns the
 * folders of the packages that are in it.
 */
async function bundleCharts() {
  const { metafile } = await bundle({
    stdin: {
      contents: `
        import { init, use } from 'echarts/core';
        import { CustomChart, LineChart } from 'echarts/charts';
        import { GridComponent } from 'echarts/components';
        import { SVGRenderer } from 'echarts/renderers';
        use([CustomChart, LineChart, GridComponent, SVGRenderer]);
        export { init };`,
      resolveDir: root,
    },
    absWorkingDir: root,
    outfile: join(reportVendor, 'charts.cjs'),
    bundle: true,
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' }, // it warns on the console otherwise
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'external',
    metafile: true,
    logLevel: 'warning',
  });
  return packagesIn(metafile);
}

/**
 * dist/export/vendor/tfjsConverter.cjs: what loads and runs a graph model of TensorFlow.js, with tfjs-core left to be
 * found in node_modules. Returns the folders of the packages that are in it.
 */
async function bundleConverter() {
  const { metafile } = await bundle({
    stdin: { contents: "export { loadGraphModel } from '@tensorflow/tfjs-converter';", resolveDir: root },
    absWorkingDir: root,
    outfile: join(exportVendor, 'tfjsConverter.cjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['@tensorflow/tfjs-core'],
    legalComments: 'external',
    metafile: true,
    logLevel: 'warning',
  });
  return packagesIn(metafile);
}

/**
 * dist/page/vendor/: the scripts of the page that `serve` shows and of the one that `export` writes. Returns the
 * folders of the packages that are in them.
 */
async function bundlePage() {
  const sources = join(root, 'src', 'page', 'browser');
  const { metafile } = await bundle({
    entryPoints: ['serve', 'web'].map((name) => join(sources, `${name}.ts`)),
    absWorkingDir: root,
    outdir: pageVendor,
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    globalName: 'alexft',
    alias: { 'resizeKernel.wasm': join(root, 'dist', 'data', 'transforms', 'resizeKernel.wasm') },
    loader: { '.wasm': 'binary' },
    legalComments: 'none', // the notice has them
    metafile: true,
    logLevel: 'warning',
  });
  return packagesIn(metafile);
}

/**
 * The innermost package of each file, as packages may have others within. esbuild begins the path of an empty file with
 * (.
 */
const packagesIn = ({ inputs }) =>
  Object.keys(inputs)
    .map((path) => /^([^(]*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter(Boolean);

const backendOpening =
  'tfjsNodeBackend.cjs (bundled by esbuild, otherwise unchanged) and the files in addon/, except joinGroup.cc, are from these packages:';
const chartsOpening = 'charts.cjs (bundled and minified by esbuild) is from these packages:';
const converterOpening = 'tfjsConverter.cjs (bundled and minified by esbuild) is from these packages:';
const pageOpening = 'web.js (bundled and minified by esbuild) has parts of these packages:';
const fontOpening = 'DejaVuSans.ttf is from this package:';

function writeNotice(folder, opening, packages) {
  writeFileSync(join(folder, 'NOTICE.txt'), noticeOf(opening, new Set(packages)));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = (await build()) ? 0 : 1;
}
