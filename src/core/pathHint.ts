// Hints for paths that don't exist, by what they look like.

/** Undefined for a path that looks like one of this system. */
export function pathHint(path: string): string | undefined {
  if (/^~[\w.-]*(\/|$)/.test(path))
    return 'The shell replaces ~ only outside of quotes: use $HOME or the full path.';
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    return 'A URL: download it first, and give the path of the file or folder.';
  if (process.platform === 'win32') return undefined;
  const drive = /^([a-z]):[\\/](.*)$/i.exec(path);
  if (drive) {
    const below = drive[2]!.replaceAll('\\', '/');
    return `A path of Windows: here it may be /mnt/${drive[1]!.toLowerCase()}/${below} (WSL).`;
  }
  return path.includes('\\') ? 'A path of Windows: use / between folders.' : undefined;
}

/** Whether a file is an archive, by its name. */
export const isArchiveName = (name: string): boolean =>
  /\.(zip|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|7z|rar)$/i.test(name);
