// Recursive directory listing in torchvision's order. Follows symbolic links.

import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { compareCodePoints } from '../../core/codePoints.js';
import { dataError, printable, reasonOf } from '../../core/errors.js';
import { isArchiveName, pathHint } from '../../core/pathHint.js';
import { isImageName } from '../formats/imageNames.js';
import {
  appleDouble,
  type Ignore,
  ignoreBelow,
  ignoreNothing,
  isAppleDouble,
  isRunFolder,
  runFolder,
} from './ignore.js';

/** An entry that can't be used. */
export interface SkippedEntry {
  /** Relative to the folder that was listed, with '/' between folders. */
  readonly path: string;
  /**
   * `name`: not valid UTF-8, so it can't be opened; `link`: broken or circular; `special`: neither file nor folder;
   * `folder`: can't be listed; `ignored`: left out by the policy (ignore.ts), with a folder's whole content.
   */
  readonly kind: 'name' | 'link' | 'special' | 'folder' | 'ignored';
  readonly reason: string;
}

interface Listing {
  /** Names of regular files and of links to them, by code point. */
  readonly files: readonly string[];
  /** Folders and links to folders, by code point, with their real paths. */
  readonly folders: readonly { readonly name: string; readonly realPath: string }[];
  readonly skipped: readonly SkippedEntry[];
}

/** `folder/name`, with `folder` as the user wrote it. */
export const inFolder = (folder: string, name: string): string =>
  folder.endsWith('/') ? folder + name : `${folder}/${name}`;

/** Called with the number of files and folders found since the last call. */
export type OnFound = (more: number) => void;

/** Lists one folder, whose real path is `realPath`. Throws a data error if it can't be read. */
export async function listFolder(
  path: string,
  realPath: string,
  { onFound = () => {}, ignore = ignoreNothing }: Pick<WalkOptions, 'onFound' | 'ignore'> = {},
): Promise<Listing> {
  const entries = await orDataError(path, readdir(path, { withFileTypes: true }));
  const files: string[] = [];
  const folders: { name: string; realPath: string }[] = [];
  const skipped: SkippedEntry[] = [];
  const isIgnored = (name: string, kind: 'file' | 'folder'): boolean => {
    const reason = ignore.reasonFor(name, kind);
    if (reason !== undefined) skipped.push({ path: name, kind: 'ignored', reason });
    return reason !== undefined;
  };

  const classify = async (entry: Dirent): Promise<void> => {
    const { name } = entry;
    const fullPath = inFolder(path, name);
    // Node replaces invalid UTF-8 in a name by U+FFFD; no file has the resulting name.
    if (name.includes('\ufffd') && (await errorCode(lstat(fullPath))) !== undefined) {
      skipped.push({ path: name, kind: 'name', reason: 'its name is not valid UTF-8' });
      return;
    }
    try {
      const target = entry.isSymbolicLink() ? await stat(fullPath) : entry;
      const kind = target.isDirectory() ? 'folder' : 'file';
      if (isIgnored(name, kind)) return;
      if (kind === 'folder') {
        folders.push({
          name,
          realPath: target === entry ? inFolder(realPath, name) : await realpath(fullPath),
        });
      } else if (target.isFile()) {
        if (!ignore.asTorchvision && (await isAppleDouble(fullPath, name))) {
          skipped.push({ path: name, kind: 'ignored', reason: appleDouble });
        } else files.push(name);
      } else skipped.push({ path: name, kind: 'special', reason: 'not a regular file' });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      skipped.push({ path: name, kind: 'link', reason: `a broken link (${code})` });
    }
  };
  const others: Promise<void>[] = [];
  for (const entry of entries) {
    // Almost all entries are plain files, which need no further system call.
    if (entry.isFile() && !/^\._|\ufffd/.test(entry.name)) {
      if (!isIgnored(entry.name, 'file')) files.push(entry.name);
    } else others.push(classify(entry).then(() => onFound(1)));
  }
  if (files.length > 0) onFound(files.length);
  await Promise.all(others);
  folders.sort((a, b) => compareCodePoints(a.name, b.name));
  return { files: files.sort(compareCodePoints), folders, skipped };
}

export interface WalkOptions {
  readonly onFound?: OnFound | undefined;
  /** Aborted by the first folder that can't be listed: ends all walks that share it, which may take hours otherwise. */
  readonly stop?: AbortController;
  /** Skip folders that can't be listed instead of throwing. */
  readonly skipUnreadable?: boolean;
  /** Paths are relative to the folder that is listed. Default: nothing is left out. */
  readonly ignore?: Ignore | undefined;
}

/**
 * Lists all files in and below the folder `path`, as relative paths with '/' between folders, in the order of Python's
 * `sorted(os.walk(path, followlinks=True))` with sorted names: folders by their whole path, so `a-b` comes between `a`
 * and `a/sub`.
 *
 * `chain`: the real paths of the folder (last) and of its ancestors. Links to any of them are skipped, where Python
 * follows them until the system fails with ELOOP. Throws a data error if a folder can't be listed.
 */
export async function walkFolder(
  path: string,
  chain: readonly string[],
  { onFound, stop = new AbortController(), skipUnreadable = false, ignore = ignoreNothing }: WalkOptions = {},
): Promise<{ files: string[]; skipped: SkippedEntry[] }> {
  const visited: { folder: string; files: readonly string[] }[] = [];
  const skipped: SkippedEntry[] = [];
  const list = async (folder: string, realPath: string): Promise<Listing | undefined> => {
    try {
      return folder === ''
        ? await listFolder(path, realPath, { onFound, ignore })
        : await listFolder(inFolder(path, folder), realPath, {
            onFound,
            ignore: ignoreBelow(folder, ignore),
          });
    } catch (error) {
      if (!skipUnreadable) {
        stop.abort();
        throw error;
      }
      skipped.push({ path: folder, kind: 'folder', reason: reasonOf(error) });
      return undefined;
    }
  };
  const visit = async (folder: string, chain: readonly string[]): Promise<void> => {
    if (stop.signal.aborted) return;
    const listing = await list(folder, chain.at(-1)!);
    if (!listing) return;
    const isNamedByUser = chain.length === 1; // such as the folder of `alexft predict FOLDER`
    if (
      !ignore.asTorchvision &&
      !isNamedByUser &&
      isRunFolder(listing.files, listing.files.filter(isImageName).length)
    ) {
      skipped.push({ path: folder, kind: 'ignored', reason: runFolder });
      return;
    }
    const fromRoot = (name: string) => (folder === '' ? name : `${folder}/${name}`);
    visited.push({ folder, files: listing.files.map(fromRoot) });
    for (const entry of listing.skipped) skipped.push({ ...entry, path: fromRoot(entry.path) });
    const subfolders = listing.folders.map(async ({ name, realPath }) => {
      if (!chain.includes(realPath)) return visit(fromRoot(name), [...chain, realPath]);
      skipped.push({ path: fromRoot(name), kind: 'link', reason: 'a link to one of its parent folders' });
    });
    await Promise.all(subfolders);
  };
  await visit('', chain);
  visited.sort((a, b) => compareCodePoints(a.folder, b.folder));
  skipped.sort((a, b) => compareCodePoints(a.path, b.path));
  return { files: visited.flatMap(({ files }) => files), skipped };
}

/** Resolves all links in the path of a folder. Throws a data error if it does not exist. */
export const realFolder = (path: string): Promise<string> => orDataError(path, realpath(path));

async function orDataError<T>(folder: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const name = `'${printable(folder)}'`;
    if (code === 'ENOENT')
      throw dataError(`The folder ${name} does not exist.`, pathHint(folder) ?? 'Check the path.');
    if (code === 'ENOTDIR') {
      const hint = isArchiveName(folder)
        ? 'Unpack it, and pass its folder.'
        : 'Pass the folder that contains it.';
      throw dataError(`Expected a folder but ${name} is a file.`, hint);
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw dataError(`Can't read the folder ${name}: permission denied.`, `Try: chmod -R u+rX ${name}`);
    }
    throw dataError(`Can't read the folder ${name}: ${code}.`, 'Check the disk.', error);
  }
}

const errorCode = (result: Promise<unknown>): Promise<string | undefined> =>
  result.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );
