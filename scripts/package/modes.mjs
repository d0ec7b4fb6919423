// The ways in which people install: as data, one entry a column of the matrix.

import { spawnSync } from 'node:child_process';

/** An ordinary user's number. */
const ordinaryUser = 65_534;
const asOrdinaryUser = [
  '/usr/bin/setpriv',
  `--reuid=${ordinaryUser}`,
  `--regid=${ordinaryUser}`,
  '--clear-groups',
];
const isRoot = () => process.getuid?.() === 0;
const works = ([command, ...first]) => spawnSync(command, [...first, 'true']).status === 0;

/**
 * `says`: what is special. `flags`: npm's. `npm`: the major version that is wanted, where Node is new enough for it.
 * `wrap`: what stands before every command, by its path since PATH is the cell's. `owner`: whose the folders are.
 * `offline`: npm's cache is filled first. `lacks`: why it can't be tried here, in words.
 */
export const modes = {
  scripts: {
    says: 'every install script may run',
    flags: ['--ignore-scripts=false', '--dangerously-allow-all-scripts'],
  },
  'ignore-scripts': { says: 'no install script runs', flags: ['--ignore-scripts'] },
  blocked: {
    says: 'npm refuses to install a package with an install script that was not allowed',
    flags: ['--ignore-scripts=false', '--strict-allow-scripts'],
    npm: 12,
  },
  user: {
    says: 'an ordinary user, into a folder of their own',
    flags: [],
    wrap: asOrdinaryUser,
    owner: ordinaryUser,
    lacks: () => !isRoot() && 'only root can be another user; the other modes ran as an ordinary one',
  },
  offline: {
    says: "no network, with npm's cache, the wheel and the weights there",
    flags: ['--offline'],
    wrap: ['/usr/bin/unshare', ...(isRoot() ? [] : ['--map-root-user']), '--net'],
    offline: true,
    lacks: () => !works(modes.offline.wrap) && 'unshare --net is not permitted here',
  },
};
