import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Like mkdir with `recursive`, which in Node never returns if an existing folder rejects new entries (/proc). */
export async function makeFolder(path: string): Promise<void> {
  const make = () =>
    mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
      const exists = error.code === 'EEXIST' && (await stat(path)).isDirectory();
      if (!exists) throw error;
    });
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  });
}
