// torchvision's file of AlexNet's ImageNet weights, all layers: AlexNet_Weights.IMAGENET1K_V1.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../io/cacheFolder.js';
import { hasContent, type RemoteFile } from '../io/download.js';

export const torchvisionFile: RemoteFile & { readonly name: string } = {
  name: 'alexnet-owt-7be5be79.pth',
  url: 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth',
  bytes: 244_408_911,
  sha256: '7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02',
};

/** The path of the file in alexft's cache. */
export const torchvisionPath = (): string => join(cacheFolder(), 'weights', torchvisionFile.name);

/** The folder of PyTorch's downloads (torch/hub.py, `get_dir`). */
export function torchCheckpoints(environment = process.env): string {
  const cache = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(environment.TORCH_HOME || join(cache, 'torch'), 'hub', 'checkpoints');
}

/** The path of the file in PyTorch's cache. */
export const torchCachePath = (): string => join(torchCheckpoints(), torchvisionFile.name);

/** The path of the file in alexft's or PyTorch's cache, verified by size and hash, or undefined. */
export async function findTorchvisionFile(): Promise<string | undefined> {
  for (const path of [torchvisionPath(), torchCachePath()]) {
    if (await hasContent(path, torchvisionFile)) return path;
  }
  return undefined;
}
