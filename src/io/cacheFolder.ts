// Where alexft keeps what it can make or fetch again: engines/, weights/, features/.

import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * `$ALEXFT_CACHE`, else the place where this platform keeps caches. Absolute: engines are loaded from it, and tried in
 * processes that may run elsewhere. A relative XDG_CACHE_HOME does not count, as its specification wants.
 */
export function cacheFolder(environment = process.env, platform = process.platform): string {
  if (environment.ALEXFT_CACHE) return resolve(environment.ALEXFT_CACHE);
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'alexft');
  if (platform === 'win32') {
    return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'alexft', 'Cache');
  }
  const { XDG_CACHE_HOME: xdg = '' } = environment;
  return join(isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'alexft');
}
