// The set-up of `npm start` and `npm test`: checks Node's version, installs npm's packages, and builds what is older
// than its sources. Uses nothing but Node, since a fresh clone has nothing else. Prints on stderr: stdout belongs to
// the command.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildIsFresh } from './buildStamp.mjs';
import { npmCommand, root, run, say, step } from './processes.mjs';

/** Makes dist/ ready to run. Ends the process where that is not possible. */
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
