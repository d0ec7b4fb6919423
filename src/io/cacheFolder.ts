// The cache folder, with engines/, weights/ and features/.

import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../core/errors.js';

/**
 * The user's home folder. Undefined where HOME is not an absolute path and the user ID has no passwd entry, as in
 * containers that run as any user ID.
 */
export function homeFolder(lookups = [homedir, () => userInfo().homedir]): string | undefined {
  for (const lookup of lookups) {
    try {
      const home = lookup();
      if (isAbsolute(home)) return home;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
    }
  }
  return undefined;
}

/**
 * `$ALEXFT_CACHE`, otherwise the platform's default. Returns an absolute path: child processes with another working
 * directory use it. A relative XDG_CACHE_HOME is ignored, as its specification requires. Throws a UserError without a
 * home folder.
 */
export function cacheFolder(
  environment = process.env,
  platform = process.platform,
  home: () => string | undefined = homeFolder,
): string {
  if (environment.ALEXFT_CACHE) return resolve(environment.ALEXFT_CACHE);
  if (platform === 'win32' && environment.LOCALAPPDATA)
    return join(environment.LOCALAPPDATA, 'alexft', 'Cache');
  const { XDG_CACHE_HOME: xdg = '' } = environment;
  if (!['darwin', 'win32'].includes(platform) && isAbsolute(xdg)) return join(xdg, 'alexft');
  const folder = home();
  if (folder === undefined) {
    throw new UserError(
      'There is no folder for the cache: HOME is not set, and the user has no home folder.',
      {
        hint: 'Set HOME, or set ALEXFT_CACHE to a writable folder.',
      },
    );
  }
  if (platform === 'darwin') return join(folder, 'Library', 'Caches', 'alexft');
  if (platform === 'win32') return join(folder, 'AppData', 'Local', 'alexft', 'Cache');
  return join(folder, '.cache', 'alexft');
}
