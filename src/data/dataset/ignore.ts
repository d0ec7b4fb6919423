// The policy on what operating systems and programs leave behind in a dataset, and on the names of --ignore.

import { open } from 'node:fs/promises';

/** What a listing leaves out. */
export interface Ignore {
  /**
   * torchvision's rule to the letter. Otherwise AppleDouble files and folders of runs are left out, spellings of a
   * class that differ in Unicode normalization are one class, and folders of a split are no classes.
   */
  readonly asTorchvision: boolean;
  /** The reason to leave out `path`, relative to the dataset's folder; undefined for an entry that is used. */
  reasonFor(path: string, kind: 'file' | 'folder'): string | undefined;
}

/** As torchvision, which uses every folder and every file with an image extension. */
export const ignoreNothing: Ignore = { asTorchvision: true, reasonFor: () => undefined };

/** Folders of macOS, Synology, Windows and Linux. Those whose names begin with a dot are hidden folders. */
const systemFolders: readonly string[] = [
  '__macosx',
  '@eadir',
  '$recycle.bin',
  'system volume information',
  'lost+found',
];

/** Leaves out hidden folders, system folders, and what matches `globs`, the value of --ignore. */
export function ignoreLeftovers(globs?: string): Ignore {
  const patterns = globs?.split(',').map(globPattern) ?? [];
  const reasonFor: Ignore['reasonFor'] = (path, kind) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (kind === 'folder') {
      if (name.startsWith('.')) return 'a hidden folder';
      if (systemFolders.includes(name.toLowerCase())) return 'a system folder';
    }
    const ignored = patterns.some(({ whole, regExp }) => regExp.test((whole ? path : name).normalize()));
    return ignored ? 'matches --ignore' : undefined;
  };
  return { asTorchvision: false, reasonFor };
}

/** What a training with these options leaves out. */
export const ignoreOf = ({
  reference,
  ignore,
}: {
  reference?: 'none' | 'torch';
  ignore?: string | undefined;
}) => (reference === 'torch' ? ignoreNothing : ignoreLeftovers(ignore));

/** `ignore` for paths relative to the sub-folder `folder` of the dataset. */
export const ignoreBelow = (folder: string, { asTorchvision, reasonFor }: Ignore): Ignore => ({
  asTorchvision,
  reasonFor: (path, kind) => reasonFor(`${folder}/${path}`, kind),
});

/**
 * As in .gitignore: a glob without a slash matches names at any depth, others match paths from the dataset's folder.
 */
function globPattern(glob: string): { whole: boolean; regExp: RegExp } {
  const trimmed = glob.trim().replace(/\/$/, '').normalize();
  const source = trimmed
    .replace(/^\//, '')
    .replace(/\*\*\/|\*\*|\*|\?|[\\^$.|+()[\]{}]/g, (token) => wildcards[token] ?? `\\${token}`);
  return { whole: trimmed.includes('/'), regExp: new RegExp(`^${source}$`, 'u') };
}

const wildcards: Readonly<Record<string, string>> = {
  '**/': '(.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};

/** macOS stores what other file systems have no place for in files `._NAME` with this magic number (RFC 1740). */
export const appleDouble = 'an AppleDouble file of macOS';
const appleDoubleMagic = 0x00051607;

export async function isAppleDouble(path: string, name: string): Promise<boolean> {
  if (!name.startsWith('._')) return false;
  const file = await open(path).catch(() => undefined);
  if (!file) return false;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32BE(0) === appleDoubleMagic;
  } catch {
    return false; // decoding it says why it can't be read
  } finally {
    await file.close();
  }
}

/** Whether a folder with these files is a run (docs/json.md). A folder that also has images is not. */
export const runFolder = 'a run of alexft';
export const isRunFolder = (files: readonly string[], images: number): boolean =>
  images === 0 && files.some((name) => ['run.json', 'events.jsonl', 'run.lock'].includes(name));
