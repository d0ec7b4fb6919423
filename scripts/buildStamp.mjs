// Whether dist/ was made from the sources as they are: a stamp in it holds a hash of their names, sizes and times.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const inputs = [
  ...['src', 'scripts/build.mjs', 'scripts/notice.mjs'],
  ...['tsconfig.json', 'package.json', 'package-lock.json'],
];
const stampFile = (root) => join(root, 'dist', '.stamp');

export function buildIsFresh(root) {
  try {
    return readFileSync(stampFile(root), 'utf8') === stampOf(root);
  } catch {
    return false; // never built
  }
}

/** Taken before a build and written after it, so that a change made meanwhile leads to another build. */
export function stampOf(root) {
  const hash = createHash('sha256');
  for (const input of inputs) addTo(hash, root, input);
  return hash.digest('hex');
}

export function writeStamp(root, stamp) {
  writeFileSync(stampFile(root), stamp);
}

function addTo(hash, root, path) {
  const entry = statSync(join(root, path));
  if (entry.isDirectory()) {
    for (const name of readdirSync(join(root, path)).sort()) addTo(hash, root, join(path, name));
  } else {
    hash.update(`${path}\0${entry.size}\0${entry.mtimeMs}\n`);
  }
}
