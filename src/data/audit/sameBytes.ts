// Which of many files have the same bytes, without reading them all.

import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { groupsByKey } from './groups.js';

/** Bytes from a file's middle that tell nearly all files of one size apart. */
const pieceLength = 4096;

/** Files that are looked at side by side. */
const lanes = 32;

export interface SameBytes {
  /** Two or more with the same bytes, or links to one file. */
  readonly groups: readonly (readonly number[])[];
  /** Files without any bytes, which are in no group. */
  readonly empty: readonly number[];
}

/** Hears how many of `total` files were asked for their sizes, or read: a piece of them, then all of those alike so far. */
export type OnCompared = (what: 'sizes' | 'pieces' | 'bytes', done: number, total: number) => void;

/**
 * Which of `paths`, by index, have the same bytes. Only files of one size are opened, and only those with the same
 * piece in their middle are read whole. What can't be read is in no group.
 */
export async function findSameBytes(
  paths: readonly string[],
  onCompared: OnCompared = () => {},
): Promise<SameBytes> {
  const empty: number[] = [];
  const sizes = new Array<number | undefined>(paths.length);
  const places = new Array<string>(paths.length);
  const askSize = async (index: number) => {
    const found = await stat(paths[index]!);
    if (!found.isFile()) return;
    if (found.size === 0) {
      empty.push(index);
      return;
    }
    sizes[index] = found.size;
    places[index] = `${found.dev}:${found.ino}`;
  };
  await each([...paths.keys()], askSize, (done, total) => onCompared('sizes', done, total));
  const pieces = await keysOf(
    groupsByKey(sizes),
    places,
    (index) => hashOfPiece(paths[index]!, sizes[index]!),
    (done, total) => onCompared('pieces', done, total),
  );
  const whole = await keysOf(
    groupsByKey(pieces),
    places,
    (index) => hashOf(paths[index]!, 0, sizes[index]!),
    (done, total) => onCompared('bytes', done, total),
  );
  return { groups: groupsByKey(whole), empty: empty.sort((a, b) => a - b) };
}

type OnDone = (done: number, total: number) => void;

/** For each path of `groups` what `keyOf` gives, asked once for each place on the disk; undefined for the others. */
async function keysOf(
  groups: readonly (readonly number[])[],
  places: readonly string[],
  keyOf: (index: number) => Promise<string>,
  onDone: OnDone,
): Promise<(string | undefined)[]> {
  const keys = new Array<string | undefined>(places.length).fill(undefined);
  const byPlace = new Map<string, Promise<string>>();
  const find = async (index: number) => {
    const place = places[index]!;
    const known = byPlace.get(place) ?? keyOf(index);
    byPlace.set(place, known);
    keys[index] = await known;
  };
  await each(groups.flat(), find, onDone);
  return keys;
}

const hashOfPiece = (path: string, size: number): Promise<string> =>
  hashOf(path, Math.max(0, Math.floor((size - pieceLength) / 2)), Math.min(size, pieceLength), `${size} `);

/** The SHA-256 of `length` bytes of a file; in pieces, as it may be of any size. */
async function hashOf(path: string, from: number, length: number, salt = ''): Promise<string> {
  const hash = createHash('sha256').update(salt);
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(Math.min(length, 1 << 20));
    for (let at = from; at < from + length; ) {
      const { bytesRead } = await file.read(bytes, 0, Math.min(bytes.length, from + length - at), at);
      if (bytesRead === 0) throw new Error('the file has become shorter');
      hash.update(bytes.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  return hash.digest('base64');
}

/** Does `work` for each index, a few side by side. One that fails is left as it is: the training names it later. */
async function each(
  indices: readonly number[],
  work: (index: number) => Promise<void>,
  onDone: OnDone,
): Promise<void> {
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < indices.length) {
      await work(indices[next++]!).catch(() => {});
      onDone(++done, indices.length);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
