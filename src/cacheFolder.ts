// Where alexft keeps what it can make or fetch again: engines/, weights/, features/.

import { homedir } from 'node:os';
import { join } from 'node:path';

/** `$ALEXFT_CACHE`, else the place where this platform keeps caches. */
export function cacheFolder(environment = process.env, platform = process.platform): string {
  if (environment.ALEXFT_CACHE) return environment.ALEXFT_CACHE;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'alexft');
  if (platform === 'win32') {
    return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'alexft', 'Cache');
  }
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'alexft');
}
