// Unpickling of PyTorch's files: the allowed globals, and the storages that persistent ids refer to.
// Source: torch/serialization.py, `persistent_load` of `_load` and of `_legacy_load`.

import { quoted } from '../../core/errors.js';
import type { UnpickleOptions } from '../pickle/pickleState.js';
import { PythonObject } from '../pickle/pythonObject.js';
import { StorageKind, torchGlobals } from './torchGlobals.js';
import { invalid, isCount, TorchStorage, TorchStorageView } from './torchTensor.js';

export interface TorchPickle {
  readonly options: UnpickleOptions;
  /** The storages seen so far, by key. */
  readonly storages: ReadonlyMap<string, TorchStorage>;
}

/** `file`: for error messages. */
export function torchPickle(file: string): TorchPickle {
  const storages = new Map<string, TorchStorage>();
  /** ('storage', kind, key, location, values) and, before PyTorch 0.4, (key of the view, offset, values) or None. */
  const persistentLoad = (id: unknown) => {
    const [tag, kind, key, , count, view] = Array.isArray(id) ? id : [];
    if (tag === 'module') return kind; // a class with its source code, in files of PyTorch before 1.6
    if (tag !== 'storage' || !(kind instanceof PythonObject) || typeof key !== 'string' || !isCount(count)) {
      throw invalid(file, 'a persistent id that is not a storage');
    }
    if (!(kind instanceof StorageKind)) {
      throw invalid(file, `a storage of an unsupported type (${quoted(kind.name)})`);
    }
    const storage = storages.get(key) ?? new TorchStorage(key, kind.storageType, count);
    if (storage.type !== kind.storageType || storage.count !== count) {
      throw invalid(file, 'a storage with two types or sizes');
    }
    storages.set(key, storage);
    return view === undefined || view === null ? storage : viewOf(file, storage, view);
  };
  return { options: { file, globals: torchGlobals(file), persistentLoad }, storages };
}

function viewOf(file: string, storage: TorchStorage, view: unknown): TorchStorageView {
  const [, begin, count] = Array.isArray(view) ? view : [];
  if (isCount(begin) && isCount(count) && begin + count <= storage.count) {
    return new TorchStorageView(storage, begin, count);
  }
  throw invalid(file, 'a view beyond the end of its storage');
}
