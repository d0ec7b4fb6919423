// Whether a file or folder to write is inside a dataset's folder, where it could replace an image.

import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** The path of `path` relative to the folder `data`, with links resolved; undefined if it is outside. */
export async function pathInside(path: string, data: string): Promise<string | undefined> {
  const fromData = relative(
    await realPath(data),
    join(await realPath(dirname(path)), basename(resolve(path))),
  );
  return fromData === '..' || fromData.startsWith(`..${sep}`) ? undefined : fromData;
}

/** The real path of the part of `path` that exists, and the rest. */
async function realPath(path: string): Promise<string> {
  const absolute = resolve(path);
  const real = await realpath(absolute).catch(() => undefined);
  if (real !== undefined || dirname(absolute) === absolute) return real ?? absolute;
  return join(await realPath(dirname(absolute)), basename(absolute));
}
