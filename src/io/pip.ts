// Files from Python's package index, fetched by the user's own pip: it knows their index, proxy and certificates.

import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { makeFolder } from './makeFolder.js';
import { type PipResult, python, runPip } from './runPip.js';

/** One file of a package, pinned. */
export interface PipRequest {
  readonly name: string;
  readonly version: string;
  /** Of the file, in hexadecimal. pip checks it before it runs anything of the package. */
  readonly sha256: string;
  readonly file: string;
  readonly bytes: number;
  /** What a wheel is for, where that must not depend on the Python that pip runs on. Wants `onlyBinary`. */
  readonly platform?: {
    /** `3.11` */
    readonly pythonVersion: string;
    /** `cp` */
    readonly implementation: string;
    /** `cp311` */
    readonly abi: string;
    /** `manylinux_2_27_x86_64` */
    readonly platforms: readonly string[];
  };
  /** Take wheels only. False lets pip take a source archive, whose setup.py it runs for the metadata. */
  readonly onlyBinary: boolean;
}

const pollEvery = 200; // milliseconds

/** Why pip can't be used here, in words; undefined where it can. */
export async function pipIsThere(): Promise<string | undefined> {
  const { code, lastWords, missing } = await runPip(['--version']);
  if (missing) return `there is no ${python}`;
  return code === 0 ? undefined : `${python} has no pip (${lastWords.split('\n').at(-1)})`;
}

/**
 * Downloads the file into the folder `into` and returns its path. `onProgress` hears of bytes, again and again while
 * pip is at work, even where nothing is added. Throws a UserError with what to do where pip is missing or fails, and
 * the signal's reason once it is aborted; then nothing stays in `into`.
 */
export async function downloadWithPip(
  request: PipRequest,
  into: string,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  await makeFolder(into);
  const work = await mkdtemp(join(into, 'pip-'));
  let stopped = false;
  let done = 0;
  const poll = setInterval(async () => {
    done = Math.max(done, await largestFile(work)); // which pip removes in the end
    if (!stopped) onProgress(Math.min(done, request.bytes), request.bytes);
  }, pollEvery);
  const path = join(into, request.file);
  try {
    const requirements = join(work, 'requirements.txt');
    await writeFile(requirements, `${request.name}==${request.version} --hash=sha256:${request.sha256}\n`);
    const result = await runPip(downloadArguments(request, requirements, into), { temporary: work, signal });
    signal?.throwIfAborted();
    if (result.missing || result.code !== 0) throw pipFailed(request, result);
    if ((await stat(path).catch(() => undefined))?.size !== request.bytes) {
      throw pipFailed(request, {
        ...result,
        lastWords: `It left no ${request.file} of ${request.bytes} bytes.`,
      });
    }
    onProgress(request.bytes, request.bytes);
    return path;
  } catch (error) {
    await rm(path, { force: true }); // pip copies the file here, and may have been killed on the way
    throw error;
  } finally {
    stopped = true;
    clearInterval(poll);
    await rm(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

function downloadArguments(request: PipRequest, requirements: string, into: string): string[] {
  const { platform, onlyBinary } = request;
  return [
    ...['download', '--no-deps', '--require-hashes', '--requirement', requirements, '--dest', into],
    // pip's cache would take the space of the file twice more, for a file that alexft keeps in its own.
    ...['--no-cache-dir', '--no-input', '--disable-pip-version-check', '--no-color', '--progress-bar', 'off'],
    ...(onlyBinary ? ['--only-binary', ':all:'] : []),
    ...(platform
      ? [
          ...['--python-version', platform.pythonVersion, '--implementation', platform.implementation],
          ...['--abi', platform.abi, ...platform.platforms.flatMap((tag) => ['--platform', tag])],
        ]
      : []),
  ];
}

function pipFailed(request: PipRequest, { missing, lastWords }: PipResult): UserError {
  const what = `${request.name} ${request.version}`;
  if (missing || /No module named pip/.test(lastWords)) {
    return new UserError(
      `${what} is fetched with pip, and ${missing ? `there is no ${python}` : `${python} has no pip`}.`,
      {
        hint: 'Install it (Debian, Ubuntu: apt install python3-pip) and try again.',
      },
    );
  }
  return new UserError(`pip could not fetch ${what}:\n${lastWords}`, {
    hint: `Try it by hand to see more: ${python} -m pip download --no-deps ${request.name}==${request.version}`,
  });
}

/** The size of the largest file in `folder` and its sub-folders: the one that pip is downloading. */
async function largestFile(folder: string, depth = 2): Promise<number> {
  let largest = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isFile()) largest = Math.max(largest, (await stat(path).catch(() => undefined))?.size ?? 0);
    else if (entry.isDirectory() && depth > 1)
      largest = Math.max(largest, await largestFile(path, depth - 1));
  }
  return largest;
}
