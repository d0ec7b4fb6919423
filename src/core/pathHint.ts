// Hints for paths that don't exist, by what they look like.

/** Undefined for a path that looks like one of this system. */
export function pathHint(path: string): string | undefined {
  const hint = foreignPathHint(path);
  if (hint !== undefined) return hint;
  if (/^~[\w.-]+(\/|$)/.test(path)) return tildeHint;
  return process.platform !== 'win32' && path.includes('\\')
    ? 'A path of Windows: use / between folders.'
    : undefined;
}

/** The hint for a path that is certainly not one of this system; `pathHint` also has those for doubtful ones. */
export function foreignPathHint(path: string): string | undefined {
  if (/^~(\/|$)/.test(path)) return tildeHint;
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    return 'A URL: download it first, and give the path of the file or folder.';
  const drive = process.platform === 'win32' ? undefined : /^([a-z]):[\\/](.*)$/i.exec(path);
  if (!drive) return undefined;
  const below = drive[2]!.replaceAll('\\', '/');
  return `A path of Windows: here it may be /mnt/${drive[1]!.toLowerCase()}/${below} (WSL).`;
}

const tildeHint = 'The shell replaces ~ only outside of quotes: use $HOME or the full path.';

/** Whether a file is an archive, by its name. */
export const isArchiveName = (name: string): boolean =>
  /\.(zip|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|7z|rar)$/i.test(name);
