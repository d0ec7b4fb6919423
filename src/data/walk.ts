// What lies in a folder and below it, in the order in which torchvision meets it. Links are followed.

import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { compareCodePoints } from '../core/codePoints.js';
import { dataError, printable } from '../core/errors.js';

/** Something that can't be used, and why. */
export interface LeftOut {
  /** From where the search began, with '/' between folders. */
  readonly path: string;
  /** A name that can't be opened, a link that leads nowhere or back, or neither file nor folder. */
  readonly kind: 'name' | 'link' | 'special';
  readonly reason: string;
}

interface Folder {
  /** Names of regular files and of links to them, by code point. */
  readonly files: readonly string[];
  /** Sub-folders and links to folders, by code point; each with its place without links. */
  readonly folders: readonly { readonly name: string; readonly realPath: string }[];
  readonly leftOut: readonly LeftOut[];
}

/** `folder/name`, with `folder` as the user wrote it. */
export const inFolder = (folder: string, name: string): string =>
  folder.endsWith('/') ? folder + name : `${folder}/${name}`;

/** Hears of a scan: how many files and folders were found since it last heard. */
export type OnFound = (more: number) => void;

/** Lists one folder, whose place without links is `realPath`. Throws a data error where it can't be read. */
export async function listFolder(
  path: string,
  realPath: string,
  onFound: OnFound = () => {},
): Promise<Folder> {
  const entries = await orDataError(path, readdir(path, { withFileTypes: true }));
  const files: string[] = [];
  const folders: { name: string; realPath: string }[] = [];
  const leftOut: LeftOut[] = [];

  const classify = async (entry: Dirent): Promise<void> => {
    const { name } = entry;
    const at = inFolder(path, name);
    // Where a name is not UTF-8, Node puts U+FFFD, and there is no file of the name that comes out.
    if (name.includes('\ufffd') && (await codeOf(lstat(at))) !== undefined) {
      leftOut.push({ path: name, kind: 'name', reason: 'its name is not valid UTF-8' });
      return;
    }
    try {
      const target = entry.isSymbolicLink() ? await stat(at) : entry;
      if (target.isDirectory()) {
        folders.push({ name, realPath: target === entry ? inFolder(realPath, name) : await realpath(at) });
      } else if (target.isFile()) files.push(name);
      else leftOut.push({ path: name, kind: 'special', reason: 'not a regular file' });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      leftOut.push({ path: name, kind: 'link', reason: `a link that can't be followed (${code})` });
    }
  };
  const others: Promise<void>[] = [];
  for (const entry of entries) {
    // Nearly all are plain files: these cost nothing more than the call that lists them.
    if (entry.isFile() && !entry.name.includes('\ufffd')) files.push(entry.name);
    else others.push(classify(entry).then(() => onFound(1)));
  }
  if (files.length > 0) onFound(files.length);
  await Promise.all(others);
  folders.sort((a, b) => compareCodePoints(a.name, b.name));
  return { files: files.sort(compareCodePoints), folders, leftOut };
}

/**
 * Every file in the folder `path` and below it, as paths from there with '/' between folders, in the order of Python's
 * `sorted(os.walk(path, followlinks=True))` with sorted names: folders by their whole path, so that `a-b` comes
 * between `a` and `a/sub`.
 *
 * `chain` holds the places, without links, of the folder (last) and of those that the search came through: a link back
 * to one of them is left out, where Python would go round until the system says no. A folder that can't be read gives
 * `stop`, with which all walks that share it end: what is left to walk could take hours.
 */
export async function walkFolder(
  path: string,
  chain: readonly string[],
  { onFound, stop = new AbortController() }: { onFound?: OnFound | undefined; stop?: AbortController } = {},
): Promise<{ files: string[]; leftOut: LeftOut[] }> {
  const visited: { folder: string; files: readonly string[] }[] = [];
  const leftOut: LeftOut[] = [];
  const visit = async (folder: string, chain: readonly string[]): Promise<void> => {
    const from = (name: string) => (folder === '' ? name : `${folder}/${name}`);
    if (stop.signal.aborted) return;
    const place = folder === '' ? path : inFolder(path, folder);
    const found = await listFolder(place, chain.at(-1)!, onFound).catch((error) => {
      stop.abort();
      throw error;
    });
    visited.push({ folder, files: found.files.map(from) });
    for (const left of found.leftOut) leftOut.push({ ...left, path: from(left.path) });
    const below = found.folders.map(async ({ name, realPath }) => {
      if (!chain.includes(realPath)) return visit(from(name), [...chain, realPath]);
      leftOut.push({ path: from(name), kind: 'link', reason: 'a link back to a folder that it lies in' });
    });
    await Promise.all(below);
  };
  await visit('', chain);
  visited.sort((a, b) => compareCodePoints(a.folder, b.folder));
  leftOut.sort((a, b) => compareCodePoints(a.path, b.path));
  return { files: visited.flatMap(({ files }) => files), leftOut };
}

/** The place of the folder `path` without links. Throws a data error where there is none. */
export const realPlace = (path: string): Promise<string> => orDataError(path, realpath(path));

async function orDataError<T>(folder: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const name = `'${printable(folder)}'`;
    if (code === 'ENOENT') throw dataError(`There is no folder ${name}.`, 'Check the path for a slip.');
    if (code === 'ENOTDIR')
      throw dataError(`${name} is a file, and a folder was expected.`, 'Name its folder.');
    if (code === 'EACCES' || code === 'EPERM') {
      throw dataError(`The folder ${name} can't be read: no permission.`, `Allow it: chmod -R u+rX ${name}`);
    }
    throw dataError(`The folder ${name} can't be read: ${code}.`, 'Check the disk it lies on.', error);
  }
}

const codeOf = (result: Promise<unknown>): Promise<string | undefined> =>
  result.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );
