// alexft weights convert: from one format of weights files to another.

import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { silentContext } from '../core/context.js';
import { printable, usageError } from '../core/errors.js';
import { checkOutputFile, writing } from '../io/outputFile.js';
import type { StateDict } from '../model/stateDict.js';
import { withDefaults } from '../options/option.js';
import { type WeightsOptions, weightsOptions } from '../options/weightsOptions.js';
import type { CommandContext } from '../profile/profile.js';
import { readCheckpoint } from '../weights/readWeights.js';
import { writeSafetensors } from '../weights/safetensors/safetensors.js';
import { metadataEntry } from '../weights/torch/torchMetadata.js';
import { writeTorch } from '../weights/torch/torchWriter.js';
import { parametersIn, weightsFileMeant } from './weightsShow.js';

export interface ConvertedWeights {
  readonly from: string;
  readonly to: string;
  readonly format: 'safetensors' | 'torch';
  readonly bytes: number;
  readonly tensors: number;
  /** The number of values in all tensors. */
  readonly parameters: number;
}

type Writer = (path: string, tensors: StateDict, metadata: Readonly<Record<string, string>>) => Promise<void>;

/** By the end of a file's name. */
const formats = new Map<string, { format: ConvertedWeights['format']; write: Writer }>([
  ['.safetensors', { format: 'safetensors', write: writeSafetensors }],
  ['.pth', { format: 'torch', write: writeTorch }],
  ['.pt', { format: 'torch', write: writeTorch }],
]);

/**
 * Writes the weights that `from` means (a file, a model's folder, or weights with a name that are on this machine) to
 * the file `to`, in the format that its name ends in: float32 values, and the metadata. Throws a usage error where `to`
 * is there already and `force` is not given, and a data error (exit 3) where `from` can't be read.
 */
export async function convertWeights(
  from: string,
  to: string,
  given: Partial<WeightsOptions> = {},
  context: CommandContext = silentContext,
): Promise<ConvertedWeights> {
  const { force } = withDefaults(weightsOptions, given);
  const target = formats.get(extname(to).toLowerCase());
  if (!target) {
    const endings = [...formats.keys()].join(', ');
    throw usageError(
      `'${printable(to)}' does not end in a format's name.`,
      `The end of its name says what is written: ${endings}.`,
    );
  }
  await checkOutputFile(to, force);
  const { tensors, metadata, types } = await readCheckpoint(await weightsFileMeant(from));
  await writing(to, () => target.write(to, tensors, metadata));
  const others = [...new Set(types.values())].filter((type) => type !== 'F32');
  if (others.length > 0) context.onMessage(`What is ${others.join(', ')} in the file was written as F32.`);
  if (target.format === 'torch' && metadata.producer === 'alexft') {
    context.onMessage(
      `A state dict has no place for classes and preprocessing: torch.load gives the tensors alone. alexft finds the rest in '${metadataEntry}' inside the file.`,
    );
  }
  const { size: bytes } = await stat(to);
  const { format } = target;
  return { from, to, format, bytes, tensors: tensors.size, parameters: parametersIn(tensors) };
}
