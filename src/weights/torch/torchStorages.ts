// The storages that a pickle of torch.save names by its persistent ids, each once, however often it is named.
// Source: torch/serialization.py, `persistent_load` of `_load` and of `_legacy_load`.

import { isStorageKind } from './torchGlobals.js';
import { isCount, refused, TorchStorage, TorchStorageView } from './torchTensor.js';

/** All storages by key, and what a persistent id stands for. `file`: for messages. */
export interface StorageRegistry {
  readonly storages: ReadonlyMap<string, TorchStorage>;
  /** ('storage', kind, key, location, values) and, before torch 0.4, (key of the view, offset, values) or None. */
  readonly load: (id: unknown) => TorchStorage | TorchStorageView;
}

export function storageRegistry(file: string): StorageRegistry {
  const storages = new Map<string, TorchStorage>();
  const load = (id: unknown) => {
    const [word, kind, key, , count, view] = Array.isArray(id) ? id : [];
    if (word !== 'storage' || !isStorageKind(kind) || typeof key !== 'string' || !isCount(count)) {
      throw refused(file, 'a reference to something other than a storage');
    }
    const storage = storages.get(key) ?? new TorchStorage(key, kind.storageType, count);
    if (storage.type !== kind.storageType || storage.count !== count) {
      throw refused(file, 'a storage of two types or sizes');
    }
    storages.set(key, storage);
    return view === undefined || view === null ? storage : viewOf(file, storage, view);
  };
  return { storages, load };
}

function viewOf(file: string, storage: TorchStorage, view: unknown): TorchStorageView {
  const [, begin, count] = Array.isArray(view) ? view : [];
  if (isCount(begin) && isCount(count) && begin + count <= storage.count) {
    return new TorchStorageView(storage, begin, count);
  }
  throw refused(file, 'a part of a storage that reaches out of it');
}
