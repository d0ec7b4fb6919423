// torchvision's own file of AlexNet's ImageNet weights, all layers: AlexNet_Weights.IMAGENET1K_V1.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../io/cacheFolder.js';
import { download, hasContent, type RemoteFile } from '../io/download.js';

export const torchvisionFile: RemoteFile & { readonly name: string } = {
  name: 'alexnet-owt-7be5be79.pth',
  url: 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth',
  bytes: 244_408_911,
  sha256: '7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02',
};

/** Where alexft keeps it once it was downloaded. */
export const torchvisionPath = (): string => join(cacheFolder(), 'weights', torchvisionFile.name);

/** Where torch keeps what it downloads (torch/hub.py, `get_dir`). */
export function torchCheckpoints(environment = process.env): string {
  const cache = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(environment.TORCH_HOME || join(cache, 'torch'), 'hub', 'checkpoints');
}

/** Where torch has it once it was asked for there. */
export const torchCachePath = (): string => join(torchCheckpoints(), torchvisionFile.name);

/** The file where alexft or torch has it already, by its size and hash; undefined where neither has. */
export async function findTorchvisionFile(): Promise<string | undefined> {
  for (const path of [torchvisionPath(), torchCachePath()]) {
    if (await hasContent(path, torchvisionFile)) return path;
  }
  return undefined;
}

/** Downloads the file into alexft's cache and returns its path. Throws a UserError where it can't be had. */
export async function fetchTorchvisionFile(
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  await download(torchvisionFile, torchvisionPath(), onProgress, signal);
  return torchvisionPath();
}
