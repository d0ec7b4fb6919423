// The Python that alexft is compared with: one that is named, one that is there, or one that is made in the cache.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../dist/io/cacheFolder.js';

/** What the comparisons were written for. */
const wanted = ['torch==2.13.0', 'pillow>=12,<13', 'numpy'];

const say = (text) => process.stderr.write(`${text}\n`);

/** What `python` has, as "2.13.0+cpu 12.3.0", or undefined where it lacks something. */
export function versionsOf(python) {
  const versions = 'import torch, numpy, PIL; print(torch.__version__, PIL.__version__)';
  const { status, stdout } = spawnSync(python, ['-c', versions], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const fits = (versions) => /^2\.13\.\S* 12\./.test(versions ?? '');

/** Throws, in words, where the Python that was named does not have what is compared with. */
export function requirePyTorch(python) {
  const found = versionsOf(python);
  if (fits(found)) return;
  const has = found
    ? `has PyTorch and Pillow ${found}; the reference is 2.13 and 12`
    : 'has no PyTorch, Pillow and numpy to compare with';
  const list = wanted.map((name) => (name.includes('<') ? `"${name}"` : name)).join(' ');
  throw new Error(
    `${python} ${has}.\nInstall them: pip install ${list}\n` +
      'On Linux that may be the build for CUDA, which takes gigabytes; the one for the CPU alone is enough, and takes one\n' +
      '(pytorch.org says how to get it). Then name that Python: --python PYTHON',
  );
}

/**
 * `named`, or a python3 that has PyTorch, or one of the bench's own in the cache, made now: it says what is fetched,
 * and how large it is, before it begins.
 */
export function pythonWithPyTorch(named) {
  if (named !== undefined) {
    requirePyTorch(named);
    return named;
  }
  const folder = join(cacheFolder(), 'bench-python');
  const own = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  for (const python of ['python3', own]) {
    if ((python === 'python3' || existsSync(python)) && fits(versionsOf(python))) return python;
  }
  run('python3', ['-m', 'venv', folder]);
  // What pip would take says which build it is: with CUDA's libraries, or without.
  const { stdout } = spawnSync(
    own,
    ['-m', 'pip', 'install', '--dry-run', '--quiet', '--report', '-', ...wanted],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 2 ** 28,
    },
  );
  const cuda = stdout.includes('"nvidia-');
  say(
    `PyTorch to compare with is fetched by pip and takes about ${cuda ? '6 GB: it is the build for CUDA' : '1 GB'} in\n` +
      `${folder}, which can be deleted afterwards. (Ctrl-C, and --python PYTHON for one that is there.)`,
  );
  run(own, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted]);
  requirePyTorch(own);
  return own;
}

function run(command, words) {
  const { status, error } = spawnSync(command, words, { stdio: ['ignore', 2, 'inherit'] });
  if (status !== 0)
    throw new Error(`${command} ${words.join(' ')} failed${error ? `: ${error.message}` : '.'}`);
}
