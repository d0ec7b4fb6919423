// alexft weights show: the contents of a weights file.

import { stat } from 'node:fs/promises';
import { UserError } from '../core/errors.js';
import { sha256OfFile } from '../io/atomic.js';
import type { Widths } from '../model/alexnet.js';
import { type StateDict, sizeOf } from '../model/stateDict.js';
import type { CheckpointFormat, FloatType } from '../weights/checkpoint.js';
import { fitAlexNet } from '../weights/fitAlexNet.js';
import { withFile } from '../weights/formats/byteSource.js';
import { formatOf, readCheckpoint } from '../weights/readWeights.js';
import { resolveWeightsFile } from '../weights/sources.js';

export interface ShownWeights {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly format: CheckpointFormat;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly {
    readonly name: string;
    /** The data type in the file. */
    readonly type: FloatType;
    readonly shape: readonly number[];
  }[];
  /** The number of values in all tensors. */
  readonly parameters: number;
  /** Present if the tensors are those of an AlexNet. */
  readonly alexnet?: {
    readonly widths: Widths;
    /** Absent without a classifier. */
    readonly classes?: number;
    /** The parameters that a training initializes randomly, for any number of classes. */
    readonly missing: readonly string[];
  };
  /** Why they are not, otherwise. */
  readonly misfit?: string;
}

/** Inspects a weights file, a model folder, or weights by name that are on this machine. Fetches nothing. */
export async function showWeights(word: string): Promise<ShownWeights> {
  const file = await resolveWeightsFile(word);
  const { tensors, metadata, types } = await readCheckpoint(file);
  return {
    file,
    bytes: (await stat(file)).size,
    sha256: await sha256OfFile(file),
    format: await withFile(file, formatOf),
    metadata,
    tensors: [...tensors].map(([name, { shape }]) => ({ name, type: types.get(name)!, shape })),
    parameters: countParameters(tensors),
    ...fitOf(tensors, file),
  };
}

function fitOf(tensors: StateDict, file: string): Pick<ShownWeights, 'alexnet' | 'misfit'> {
  try {
    const { widths, classes, missing } = fitAlexNet(tensors, file);
    return { alexnet: { widths, ...(classes !== undefined && { classes }), missing } };
  } catch (error) {
    if (error instanceof UserError) return { misfit: error.message };
    throw error;
  }
}

export const countParameters = (tensors: StateDict): number =>
  [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
