// The contents of a weights file, whatever its format. Types only: the package's declarations refer to them, and
// programs without Node's types must be able to compile those.

import type { StateDict } from '../model/stateDict.js';

/** `torch`: the zip that torch.save writes since 1.6. `torch-old`: the sequence of pickles that 0.1.10 to 1.5 wrote. */
export type CheckpointFormat = 'safetensors' | 'torch' | 'torch-old';

/** The data type of a tensor in a file, by its name in safetensors. */
export type FloatType = 'F32' | 'F64' | 'F16' | 'BF16';

export interface Checkpoint {
  readonly tensors: StateDict;
  readonly metadata: Record<string, string>;
  /** The data type of each tensor in the file; in memory all are float32. */
  readonly types: ReadonlyMap<string, FloatType>;
  /** A message for the user if the file contains several networks. */
  readonly note?: string;
}

/** Pretrained weights that can be requested by name (namedWeights.ts). */
export type WeightsName = 'imagenet' | 'imagenet-features';
