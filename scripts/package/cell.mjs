// One cell of the matrix: installs the package in one way with one Node, into folders that nothing else uses, and tries
// each thing that people do with it.

import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, say } from '../processes.mjs';

/** Milliseconds for one command. */
const patience = 300_000;

export const stepNames = [
  'install',
  '--version',
  'inspect',
  'setup',
  'train cpu',
  'train wasm',
  'predict',
  'library',
];

/**
 * Runs the cell in `folder`. `given`: what all cells share (scripts/matrix.mjs). Returns `{ steps, megabytes }`: for
 * each step `{ ok, seconds }`, or nothing where it could not be tried for an earlier one; what the package and its
 * dependencies take on disk.
 */
export function runCell({ node, npm, mode, folder, given }) {
  const prefix = join(folder, 'prefix');
  const home = join(folder, 'home');
  // npm 11 with --strict-allow-scripts fails where the prefix has no lib/ yet (its `lstat` finds nothing).
  for (const each of [join(prefix, 'lib'), home, join(folder, 'tmp')]) mkdirSync(each, { recursive: true });
  cpSync(given.weights, join(home, '.cache', 'alexft', 'weights'), { recursive: true });
  cpSync(given.images, join(folder, 'images'), { recursive: true });
  cpSync(join(root, 'scripts', 'package', 'program.mjs'), join(folder, 'program.mjs'));
  if (mode.owner) chownAll(folder, mode.owner);

  const environment = {
    ...given.environment,
    PATH: [join(prefix, 'bin'), dirname(node.program), given.tools].join(':'),
    HOME: home,
    TMPDIR: join(folder, 'tmp'),
  };
  const steps = {};
  /** Runs one command and keeps what came of it under `name`; returns its stdout, or undefined where it failed. */
  const step = (name, command, { wrap = mode.wrap ?? [], expect } = {}) => {
    const started = performance.now();
    const [program, ...parameters] = [...wrap, ...command];
    const { status, stdout, stderr, error } = spawnSync(program, parameters, {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
      timeout: patience,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 1024 * 1024,
    });
    const ok = status === 0 && (expect === undefined || stdout.includes(expect));
    steps[name] = { ok, seconds: (performance.now() - started) / 1000 };
    if (ok) return stdout;
    say(`FAILED: ${name} (${command.join(' ')}): ${error?.message ?? `exit code ${status}`}`);
    say(`${stdout}\n${stderr}`.trim().split('\n').slice(-25).join('\n'));
    return undefined;
  };

  const install = [node.program, npm.script, 'install', '--global', '--prefix', prefix];
  const cache = ['--cache', mode.owner ? join(home, '.npm') : given.npmCache, '--no-audit', '--no-fund'];
  if (mode.offline) {
    // Once with the network, to fill npm's cache.
    step('install', [...install, ...cache, given.tarball], { wrap: [] });
    rmSync(join(prefix, 'lib', 'node_modules'), { recursive: true, force: true });
    rmSync(join(prefix, 'bin'), { recursive: true, force: true });
  }
  if (step('install', [...install, ...cache, ...mode.flags, given.tarball]) === undefined) return { steps };
  const installed = join(prefix, 'lib', 'node_modules', 'alexft');
  const megabytes = sizeOf(installed) / 1e6;

  step('--version', ['alexft', '--version'], { expect: given.version });
  step('inspect', ['alexft', 'inspect'], { expect: '57,012,034' });
  step('setup', ['alexft', 'setup', '--device', 'cpu', '--wheel', given.wheel]);

  const images = join(folder, 'images');
  const options = ['--data', images, '--epochs', '1', '--batch-size', '8', '--quiet', '--json'];
  const [cpu, wasm] = [join(folder, 'cpu'), join(folder, 'wasm')];
  const first = [
    '--trainable',
    'classifier',
    '--weights',
    'imagenet-features',
    '--device',
    'cpu',
    '--out',
    cpu,
  ];
  const trained = step('train cpu', ['alexft', 'train', ...options, ...first]);
  if (trained === undefined) return { steps, megabytes };
  step('train wasm', [
    ...['alexft', 'train', ...options, '--trainable', 'head', '--weights', cpu],
    ...['--device', 'wasm', '--out', wasm],
  ]);
  step('predict', ['alexft', 'predict', '--model', cpu, images], { expect: 'Dog/0012.jpg: ' });

  // As `npm link` does: a global package can't be imported by name.
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(installed, join(folder, 'node_modules', 'alexft'));
  step('library', ['node', 'program.mjs', images, join(folder, 'library'), 'cpu', 'imagenet-features'], {
    expect: lossesOf(trained) ?? 'losses',
  });
  return { steps, megabytes };
}

/** The losses in the line of the last epoch: the library has to come to the same, to the last digit. */
export const lossesOf = (events) => /"event":"epoch".*?"accuracy"/.exec(events)?.[0];

function chownAll(path, owner) {
  chownSync(path, owner, owner);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) chownAll(join(path, name), owner);
}

function sizeOf(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry?.isDirectory()) return entry?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
