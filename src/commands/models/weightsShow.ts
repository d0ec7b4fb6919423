// alexft weights show: the contents of a weights file.

import { stat } from 'node:fs/promises';
import { UserError } from '../../core/errors.js';
import { sha256OfFile } from '../../io/atomic.js';
import type { Widths } from '../../model/alexnet.js';
import { type StateDict, sizeOf } from '../../model/stateDict.js';
import type { CheckpointFormat, FloatType } from '../../weights/checkpoint.js';
import { fitOrMisfit } from '../../weights/fitAlexNet.js';
import { withFile } from '../../weights/formats/byteSource.js';
import { formatOf } from '../../weights/readWeights.js';
import { readWeightsFile, resolveWeightsFile } from '../../weights/sources.js';

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
  /** Present if the file contains several networks, of which this is one. */
  readonly note?: string;
}

/** Inspects a weights file, a model folder, or weights by name that are on this machine. Fetches nothing. */
export async function showWeights(word: string): Promise<ShownWeights> {
  const found = await resolveWeightsFile(word);
  const { path: file } = found;
  const { tensors, metadata, types, note } = await readWeightsFile(found);
  return {
    file,
    bytes: (await stat(file)).size,
    sha256: await sha256OfFile(file),
    format: await withFile(file, formatOf),
    metadata,
    tensors: [...tensors].map(([name, { shape }]) => ({ name, type: types.get(name)!, shape })),
    parameters: countParameters(tensors),
    ...fitOf(tensors, file),
    ...(note !== undefined && { note }),
  };
}

function fitOf(tensors: StateDict, file: string): Pick<ShownWeights, 'alexnet' | 'misfit'> {
  const fit = fitOrMisfit(tensors, file);
  if (fit instanceof UserError) return { misfit: fit.message };
  const { widths, classes, missing } = fit;
  return { alexnet: { widths, ...(classes !== undefined && { classes }), missing } };
}

export const countParameters = (tensors: StateDict): number =>
  [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
