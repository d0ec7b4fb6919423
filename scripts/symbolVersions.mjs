// Which versions of the system's libraries a shared library asks for, and whether that is more than another one does.

import { execFileSync } from 'node:child_process';

/** What a library asks of others: `{ library: 'libc.so.6', version: 'GLIBC_2.14' }`, as binutils' objdump tells. */
export function versionsWanted(file) {
  const told = execFileSync('objdump', ['-p', file], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const found = [];
  let library;
  for (const line of told.split('Version References:')[1]?.split('\n') ?? []) {
    library = /^ +required from (\S+):$/.exec(line)?.[1] ?? library;
    const version = /^ +0x\w+ 0x\w+ \d+ (\S+)$/.exec(line)?.[1];
    if (version) found.push({ library, version });
  }
  if (found.length === 0) throw new Error(`objdump names no versions that ${file} wants`);
  return found;
}

/** What is wrong with the versions that the addon wants, measured by those that TensorFlow's libraries want. */
export function tooNew(addon, tensorflow, glibc) {
  const newest = new Map();
  for (const { version } of tensorflow) {
    const [name, number] = parts(version);
    if (!newest.has(name) || later(number, newest.get(name))) newest.set(name, number);
  }
  const problems = [];
  if (newest.get('GLIBC')?.join('.') !== glibc) {
    problems.push(`TensorFlow wants glibc ${newest.get('GLIBC')?.join('.')}, and the recipe says ${glibc}.`);
  }
  for (const { library, version } of addon) {
    if (library.startsWith('libtensorflow')) continue;
    const [name, number] = parts(version);
    const limit = newest.get(name);
    if (limit && !later(number, limit)) continue;
    problems.push(
      `The addon wants ${version} of ${library}, and TensorFlow no more than ${limit?.join('.')}.`,
    );
  }
  return problems;
}

/** `GLIBC_2.14` -> ['GLIBC', [2, 14]]. */
function parts(version) {
  const [, name, number] = /^(.*?)_?((?:\d+\.)*\d+)?$/.exec(version);
  return [name, (number ?? '0').split('.').map(Number)];
}

const later = (a, b) => {
  for (let place = 0; place < Math.max(a.length, b.length); place++) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
};
