// The images that a user names: files, folders, patterns, and lists of them.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { glob, hasMagic } from 'glob';
import { compareCodePoints } from '../../core/codePoints.js';
import { dataError, printable } from '../../core/errors.js';
import { type FoundImages, walkImages } from './scan.js';
import type { OnFound } from './walk.js';

const longestList = 256 * 2 ** 20;

/**
 * The files of a name: the images of a folder, the matches of a pattern (for shells that do not expand `*.jpg`), or the
 * name itself, which may not exist. `-` is standard input.
 */
export async function imagesOf(name: string, onFound: OnFound): Promise<FoundImages> {
  const found = name === '-' ? undefined : await stat(name).catch(() => undefined);
  if (found?.isDirectory()) return await walkImages(name, onFound);
  const files =
    !found && hasMagic(name) ? (await glob(name, { nodir: true })).sort(compareCodePoints) : [name];
  return { files, others: [], skipped: [] };
}

/**
 * The lines of a list file, or of standard input (`-`), in UTF-8 or, with a byte order mark, UTF-16. Throws a data
 * error where it can't be read.
 */
export async function readNames(list: string, standardInput: () => Promise<Buffer>): Promise<string[]> {
  const bytes = list === '-' ? await standardInput() : await readList(list);
  return decode(bytes)
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

/** Windows PowerShell writes UTF-16, Notepad a byte order mark; TextDecoder drops the mark. */
function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

/** A file or a pipe. A device such as /dev/zero has no end. */
async function readList(path: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length > longestList) throw new Error('it is longer than 256 MB');
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw dataError(`The list '${printable(path)}' can't be read: ${code ?? message}.`);
  }
  return Buffer.concat(pieces);
}
