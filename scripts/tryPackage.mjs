// Installs the packed package into an empty project and uses it as a program would: node scripts/tryPackage.mjs
// [--tarball FILE]. Its types in every way of resolving modules, a training from JavaScript, from TypeScript and from
// the command line with the same result, what it exports, how quick its help is. Runs on WebAssembly alone.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pack } from './pack.mjs';
import { lossesOf } from './package/cell.mjs';
import { provideImages } from './package/provide.mjs';
import { npmCommand, root, say } from './processes.mjs';

const { values } = parseArgs({ options: { tarball: { type: 'string' } } });
const tarball = values.tarball ? resolve(values.tarball) : await pack();
const project = mkdtempSync(join(tmpdir(), 'alexft-project-'));
const count = { passed: 0, failed: 0 };
try {
  await tryAll();
} finally {
  rmSync(project, { recursive: true, force: true, maxRetries: 3 });
}
console.log(`${count.passed} passed, ${count.failed} failed`);
if (count.failed > 0) process.exitCode = 1;

async function tryAll() {
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }\n');
  const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if (!check('npm install TARBALL', run(...npmCommand(), ...npm, tarball).ok)) return;
  for (const name of ['program.mjs', 'program.ts']) {
    copyFileSync(join(root, 'scripts', 'package', name), join(project, name));
  }
  await provideImages(join(project, 'images'));

  tryTypes();
  tryTraining();
  tryExports();
  tryExecutable();
}

/** Types: strict, declarations checked too, no other package's types to lean on. */
function tryTypes() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const strict = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--noUncheckedIndexedAccess',
    '--target',
    'es2023',
  ];
  const ways = [
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
    ['preserve', 'bundler'],
  ];
  for (const [module, resolution] of ways) {
    const flags = ['--module', module, '--moduleResolution', resolution, '--outDir', `compiled-${module}`];
    const { ok, output } = run(process.execPath, tsc, ...strict, ...flags, '--types', '', 'program.ts');
    check(`types with --module ${module} --moduleResolution ${resolution}`, ok, output);
  }
  // CommonJS may load it since Node 20.19, which TypeScript knows under nodenext.
  writeFileSync(
    join(project, 'common.cts'),
    "import { train } from 'alexft';\nexport const start = train;\n",
  );
  const flags = ['--module', 'nodenext', '--outDir', 'compiled-common', '--types', ''];
  const { ok, output } = run(process.execPath, tsc, ...strict, ...flags, 'common.cts');
  check('types in a CommonJS file with --module nodenext', ok, output);
}

function tryTraining() {
  const javascript = run(process.execPath, 'program.mjs', 'images', 'plain', 'wasm', 'none');
  check('a training and predictions from JavaScript', javascript.ok, javascript.output);
  const typescript = run(process.execPath, join('compiled-nodenext', 'program.js'));
  check('a training and predictions from TypeScript', typescript.ok, typescript.output);
  const options = ['--epochs', '1', '--batch-size', '8', '--trainable', 'classifier', '--weights', 'none'];
  const words = ['train', '--data', 'images', '--out', 'told', '--device', 'wasm', '--json', ...options];
  const commandLine = run(join('node_modules', '.bin', 'alexft'), ...words);
  check('the same from the command line', commandLine.ok, commandLine.output);
  const [first, ...others] = [javascript, typescript, commandLine].map(({ stdout }) => lossesOf(stdout));
  check(
    'the three come to the same losses, to the last digit',
    first !== undefined && others.every((other) => other === first),
    `${first} ${others}`,
  );
}

function tryExports() {
  const node = (...words) => run(process.execPath, '--input-type=commonjs', '--eval', ...words);
  const required = node("const { train, version } = require('alexft'); console.log(typeof train, version)");
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  check("require('alexft')", required.stdout === `function ${version}\n`, required.output);
  check('alexft/package.json', node("require('alexft/package.json')").ok);
  const inner = node("require('alexft/dist/core/version.js')");
  check(
    'what is not exported stays inside',
    /ERR_PACKAGE_PATH_NOT_EXPORTED/.test(inner.output),
    inner.output,
  );
}

function tryExecutable() {
  const bin = join(project, 'node_modules', 'alexft', 'dist', 'bin.js');
  check('bin.js opens with #!', readFileSync(bin, 'utf8').startsWith('#!/usr/bin/env node\n'));
  check('bin.js may be executed', (statSync(bin).mode & 0o111) === 0o111);
  const npx = run('npx', '--no-install', 'alexft', '--version');
  check('npx alexft', npx.ok, npx.output);

  const hooks = 'export async function load(url,context,next){console.error(url);return next(url,context)}';
  const listing = `import{register}from"node:module";register("data:text/javascript,${hooks}")`;
  const help = run(process.execPath, '--import', `data:text/javascript,${listing}`, bin, '--help');
  check('help loads commander', /node_modules\/commander\//.test(help.output), help.output);
  check(
    'help loads neither the engine nor sharp',
    !/node_modules\/(@tensorflow|sharp)/.test(help.output),
    help.output,
  );
}

/** Runs a program in the project. */
function run(command, ...words) {
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    cwd: project,
    encoding: 'utf8',
    timeout: 300_000,
    killSignal: 'SIGKILL',
  });
  return { ok: status === 0, stdout, output: `${error?.message ?? ''}${stdout}${stderr}` };
}

/** Counts a check; tells what was found where it failed. Returns whether it holds. */
function check(name, ok, output = '') {
  count[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? 'ok' : 'FAILED'}: ${name}`);
  if (!ok && output) say(output.trim().split('\n').slice(-25).join('\n'));
  return ok;
}
