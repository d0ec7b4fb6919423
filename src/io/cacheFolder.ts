// The cache folder, with engines/, weights/ and features/.

import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * `$ALEXFT_CACHE`, otherwise the platform's default. Returns an absolute path: child processes with another working
 * directory use it. A relative XDG_CACHE_HOME is ignored, as its specification requires.
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
