// Downloads files from Python's package index with the user's pip, which has their index, proxy and certificates
// configured.

import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { makeFolder } from './makeFolder.js';
import { type PipResult, python, runPip } from './runPip.js';

/** A file of a Python package, pinned by version, size and hash. */
export interface PipRequest {
  readonly name: string;
  readonly version: string;
  /** In hexadecimal. pip verifies it before it runs code of the package. */
  readonly sha256: string;
  readonly file: string;
  readonly bytes: number;
  /** The wheel's target, if it must not depend on the Python that runs pip. Requires `onlyBinary`. */
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
  /** Only accept wheels. Otherwise pip accepts a source archive, and runs its setup.py for the metadata. */
  readonly onlyBinary: boolean;
}

const pollEvery = 200; // milliseconds

/** Why pip can't be used; undefined if it can. */
export async function whyNoPip(): Promise<string | undefined> {
  const { code, lastLines, missing } = await runPip(['--version']);
  if (missing) return `${python} is not installed`;
  return code === 0 ? undefined : `${python} has no pip (${lastLines.split('\n').at(-1)})`;
}

/**
 * Downloads the file into the folder `into` and returns its path. Calls `onProgress` every 200 ms with the bytes so
 * far, even if none were added. Throws a UserError if pip is missing or fails, and the signal's reason if it is
 * aborted; then nothing is left in `into`.
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
    done = Math.max(done, await largestFile(work)); // pip removes the file when it has finished
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
        lastLines: `It did not create ${request.file} with ${request.bytes} bytes.`,
      });
    }
    onProgress(request.bytes, request.bytes);
    return path;
  } catch (error) {
    await rm(path, { force: true }); // pip may have been killed while it copied the file here
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
    // pip's cache would store the file twice more, although it is in alexft's cache.
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

function pipFailed(request: PipRequest, { missing, lastLines }: PipResult): UserError {
  const what = `${request.name} ${request.version}`;
  if (missing || /No module named pip/.test(lastLines)) {
    return new UserError(
      `Downloading ${what} requires pip, and ${missing ? `${python} is not installed` : `${python} has no pip`}.`,
      {
        hint: 'Install pip (Debian, Ubuntu: apt install python3-pip) and try again.',
      },
    );
  }
  return new UserError(`pip could not download ${what}:\n${lastLines}`, {
    hint: `Run it manually for details: ${python} -m pip download --no-deps ${request.name}==${request.version}`,
  });
}

/** The size of the largest file in `folder` and its subfolders: the one that pip is downloading. */
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
