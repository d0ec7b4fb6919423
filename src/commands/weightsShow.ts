// alexft weights show: what is in a weights file.

import { stat } from 'node:fs/promises';
import { dataError, UserError } from '../core/errors.js';
import { sha256OfFile } from '../io/atomic.js';
import type { Widths } from '../model/alexnet.js';
import { type StateDict, sizeOf } from '../model/stateDict.js';
import { fitAlexNet } from '../weights/fitAlexNet.js';
import type { CheckpointFormat } from '../weights/kinds.js';
import { findNamed } from '../weights/namedWeights.js';
import { formatOf, readCheckpoint } from '../weights/readWeights.js';
import { weightsFileAt } from '../weights/sources.js';
import { withFile } from '../weights/torch/byteSource.js';
import type { FloatType } from '../weights/torch/floats.js';

export interface ShownWeights {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly format: CheckpointFormat;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly {
    readonly name: string;
    /** As it is in the file. */
    readonly type: FloatType;
    readonly shape: readonly number[];
  }[];
  /** The number of values in all tensors. */
  readonly parameters: number;
  /** Where the tensors are an AlexNet's. */
  readonly alexnet?: {
    readonly widths: Widths;
    /** Absent where there is no classifier. */
    readonly classes?: number;
    /** What a training would start afresh, for as many classes as there are. */
    readonly missing: readonly string[];
  };
  /** Where they are not: why. */
  readonly misfit?: string;
}

/** Looks into a weights file, a model's folder, or weights with a name that are on this machine. Fetches nothing. */
export async function showWeights(word: string): Promise<ShownWeights> {
  const file = await weightsFileMeant(word);
  const { tensors, metadata, types } = await readCheckpoint(file);
  return {
    file,
    bytes: (await stat(file)).size,
    sha256: await sha256OfFile(file),
    format: await withFile(file, formatOf),
    metadata,
    tensors: [...tensors].map(([name, { shape }]) => ({ name, type: types.get(name)!, shape })),
    parameters: parametersIn(tensors),
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

export const parametersIn = (tensors: StateDict): number =>
  [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** The file that `word` means, which is on this machine: of weights with a name, or at a path. */
export async function weightsFileMeant(word: string): Promise<string> {
  const named = findNamed(word);
  if (!named) return await weightsFileAt(word);
  const found = await named.find();
  if (found !== undefined) return found;
  throw dataError(
    `The weights '${word}' are not on this machine.`,
    `Fetch them: alexft weights fetch ${word}. Or ${named.byHand().replace(/^./, (letter) => letter.toLowerCase())}.`,
  );
}
