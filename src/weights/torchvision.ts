// torchvision's file of AlexNet's ImageNet weights, all layers: AlexNet_Weights.IMAGENET1K_V1.

import { join } from 'node:path';
import { cacheFolder, homeFolder } from '../io/cacheFolder.js';
import { hasContent, type RemoteFile } from '../io/download.js';

export const torchvisionFile: RemoteFile & { readonly name: string } = {
  name: 'alexnet-owt-7be5be79.pth',
  url: 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth',
  bytes: 244_408_911,
  sha256: '7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02',
};

/** The path of the file in alexft's cache. */
export const torchvisionPath = (): string => join(cacheFolder(), 'weights', torchvisionFile.name);

/** The folder of PyTorch's downloads (torch/hub.py, `get_dir`); undefined without a home folder. */
export function torchCheckpoints(environment = process.env, home = homeFolder): string | undefined {
  const folder = environment.TORCH_HOME || torchHome(environment.XDG_CACHE_HOME, home);
  return folder && join(folder, 'hub', 'checkpoints');
}

function torchHome(cache: string | undefined, home: () => string | undefined): string | undefined {
  if (cache) return join(cache, 'torch');
  const folder = home();
  return folder && join(folder, '.cache', 'torch');
}

/** The path of the file in PyTorch's cache; undefined without a home folder. */
export function torchCachePath(): string | undefined {
  const folder = torchCheckpoints();
  return folder && join(folder, torchvisionFile.name);
}

/** The path of the file in alexft's or PyTorch's cache, verified by size and hash, or undefined. */
export async function findTorchvisionFile(): Promise<string | undefined> {
  for (const path of [torchvisionPath(), torchCachePath()]) {
    if (path && (await hasContent(path, torchvisionFile))) return path;
  }
  return undefined;
}
