// alexft weights convert: converts weights between file formats.

import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { silentContext } from '../../core/context.js';
import { printable, UserError, usageError } from '../../core/errors.js';
import { checkOutputFile, writing } from '../../io/outputFile.js';
import type { StateDict } from '../../model/stateDict.js';
import { withDefaults } from '../../options/option.js';
import { type WeightsOptions, weightsOptions } from '../../options/weightsOptions.js';
import type { CommandContext } from '../../profile/context.js';
import { fitOrMisfit } from '../../weights/fitAlexNet.js';
import { writeSafetensors } from '../../weights/formats/safetensors.js';
import { withClassNames } from '../../weights/modelOfWeights.js';
import { readWeightsFile, resolveWeightsFile } from '../../weights/sources.js';
import { metadataEntry, writeTorch } from '../../weights/torch/torchWriter.js';
import { countParameters } from './weightsShow.js';

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

/** By file extension. */
const formats = new Map<string, { format: ConvertedWeights['format']; write: Writer }>([
  ['.safetensors', { format: 'safetensors', write: writeSafetensors }],
  ['.pth', { format: 'torch', write: writeTorch }],
  ['.pt', { format: 'torch', write: writeTorch }],
]);

/**
 * Writes the weights `from` (a file, a model folder, FILE#KEY, or the name of weights on this machine) to the file
 * `to`, in the format of its extension, with float32 values and the metadata. Reports if the result does not fit
 * AlexNet. Throws a usage error (exit 2) if `to` exists and `force` is not set, and a data error (exit 3) if `from`
 * can't be read.
 */
export async function convertWeights(
  from: string,
  to: string,
  given: Partial<WeightsOptions> = {},
  context: CommandContext = silentContext,
): Promise<ConvertedWeights> {
  const { force, classes } = withDefaults(weightsOptions, given);
  const target = formats.get(extname(to).toLowerCase());
  if (!target) {
    throw usageError(
      `Expected the extension ${[...formats.keys()].join(', ')} for the output file but received '${printable(to)}'.`,
      'The extension selects the format.',
    );
  }
  await checkOutputFile(to, force);
  const checkpoint = await readWeightsFile(await resolveWeightsFile(from));
  const { tensors, metadata } = classes ? withClassNames(checkpoint, classes, from) : checkpoint;
  await writing(to, () => target.write(to, tensors, metadata));
  const converted = [...new Set(checkpoint.types.values())].filter((type) => type !== 'F32');
  if (converted.length > 0) context.onMessage(`Converted ${converted.join(', ')} to F32.`);
  if (target.format === 'torch' && metadata.producer === 'alexft') {
    context.onMessage(
      `torch.load returns only the tensors: a state dict can't contain classes and preprocessing. alexft reads them from '${metadataEntry}' in the file.`,
    );
  }
  if (checkpoint.note !== undefined) context.onMessage(checkpoint.note);
  const misfit = fitOrMisfit(tensors, to);
  if (misfit instanceof UserError) {
    context.onMessage(`Converted, but alexft can't use the result. ${misfit.message}`);
  }
  const { size: bytes } = await stat(to);
  const { format } = target;
  return { from, to, format, bytes, tensors: tensors.size, parameters: countParameters(tensors) };
}
