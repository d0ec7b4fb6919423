// What `npm start` and `npm test` need before anything else: a Node that is new enough, npm's packages, and a build
// that is not older than its sources. Uses nothing but Node, for nothing else is there on a fresh clone.
// What is done is told on stderr: stdout belongs to the command that runs afterwards.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIsFresh } from './buildStamp.mjs';

/** The checkout's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Says what it does on stderr. */
export const say = (text) => process.stderr.write(`${text}\n`);

/** Brings the checkout to where dist/ can be run. Ends the process where that is not possible. */
export async function setUp() {
  requireNode();
  if (!packagesAreInstalled()) {
    await step('Installing packages from npm (500 MB on disk, once)', () =>
      run(...npmCommand(), 'ci', '--no-audit', '--no-fund'),
    );
  }
  if (!buildIsFresh(root)) {
    const { build } = await import('./build.mjs');
    await step('Building', build);
  }
}

/** Runs a step that returns whether it went well; says how long it took. Ends the process where it did not. */
export async function step(title, run) {
  say(`${title} ...`);
  const started = performance.now();
  const ok = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!ok) {
    say(`${title}: failed after ${seconds} s. The reason stands above.`);
    process.exit(1);
  }
  say(`${title}: done in ${seconds} s`);
}

/** Runs a program, its output on stderr. Whether it ended well. */
export function run(command, ...parameters) {
  const { status, error } = spawnSync(command, parameters, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) say(`${command}: ${error.message}`);
  return status === 0;
}

/** What npm prints on stdout. Throws where it fails. */
export function npmOutput(...parameters) {
  const [command, ...first] = npmCommand();
  return execFileSync(command, [...first, ...parameters], { cwd: root, encoding: 'utf8' });
}

/** The npm that called us, if one did: another may stand first in PATH. */
export function npmCommand() {
  const caller = process.env.npm_execpath;
  return caller && basename(caller).startsWith('npm-cli.') ? [process.execPath, caller] : ['npm'];
}

function requireNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = /\d+(\.\d+)*/.exec(engines?.node ?? '20.19')[0];
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  say(
    `alexft needs Node ${wanted} or newer, and this is Node ${process.versions.node} (${process.execPath}).`,
  );
  say(
    'Get a newer one from your system, nodejs.org, or a version manager such as nvm (nvm install 22), and try again.',
  );
  process.exit(1);
}

/** Whether node_modules holds what package-lock.json says, by the record that npm keeps of what it installed. */
function packagesAreInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = read(record);
  const locked = Object.entries(read(join(root, 'package-lock.json'))).filter(([path]) => path !== '');
  return locked.every(([path, { version, integrity, optional }]) => {
    const found = installed[path];
    // npm leaves out optional packages that are for other platforms.
    if (!found) return optional === true;
    return found.version === version && (integrity === undefined || found.integrity === integrity);
  });
}
