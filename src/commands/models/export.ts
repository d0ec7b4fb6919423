// alexft export: writes a model for other runtimes.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mayFetch, silentContext } from '../../core/context.js';
import { usageError } from '../../core/errors.js';
import { openEngine } from '../../engine/openEngine.js';
import { type DescriptionFile, describeExport, goldenOf } from '../../export/description.js';
import { formats } from '../../export/formats.js';
import { goldenImages, ownOutputs } from '../../export/goldenImages.js';
import { graphOf } from '../../export/graph.js';
import { checkOut, place } from '../../export/place.js';
import { proveExport } from '../../export/proof.js';
import type { Proof, QuantizationResult } from '../../export/proofResult.js';
import { isFolder, type TargetName, targetOf } from '../../export/target.js';
import { resolveModel } from '../../inference/resolveModel.js';
import { sha256OfFile } from '../../io/atomic.js';
import { type ExportOptions, exportOptions } from '../../options/exportOptions.js';
import { withDefaults } from '../../options/option.js';
import type { CommandContext } from '../../profile/context.js';
import { resolveWeightsFile } from '../../weights/sources.js';
import { quantizeModel } from './quantizeModel.js';

export interface ExportedModel {
  /** The model as it was given. */
  readonly from: string;
  readonly to: string;
  readonly target: TargetName;
  /** The files that were written; the description is one of them. */
  readonly files: readonly string[];
  /** The size of all files. */
  readonly bytes: number;
  readonly proof: Proof;
  /** Present with `quantize`. */
  readonly quantization?: QuantizationResult;
}

/**
 * Exports `from` (a model, a run folder, weights with a classifier, or their name) to the file or folder `to`, after
 * its outputs were compared with alexft's in its own runtime. Throws a usage error (exit 2) if `to` exists and `force`
 * is not set, a data error (exit 3) if `from` is no model, and a UserError (exit 1) if the outputs differ; `to` is then
 * unchanged.
 */
export async function exportModel(
  from: string,
  to: string,
  given: Partial<ExportOptions> = {},
  context: CommandContext = silentContext,
): Promise<ExportedModel> {
  const options = withDefaults(exportOptions, given);
  const { device, threads, force } = options;
  const target = targetOf(to, options.to);
  checkOptions(target, options);
  const logits = options.logits || target === 'torch'; // a state dict has no softmax
  const input = target === 'web' ? 'uint8' : options.input;
  const folder = isFolder(target);
  const out = folder ? join(to, '.') : to; // without a separator at its end
  await checkOut(out, folder, force);

  const model = await resolveModel({ ...options, model: undefined, weights: from }, context);
  const sha256 = await sha256OfFile((await resolveWeightsFile(from)).path);
  const engine = await openEngine({ ...context, device, threads, setup: mayFetch(options) });
  const quantized = await quantizeModel(from, model, options, engine, context);
  const exported = { ...model, tensors: quantized?.tensors ?? model.tensors };
  const images = await goldenImages(model.preprocessing);
  const resized = images.map((image) => image.resized);
  const graph = graphOf(model, input, logits);
  const outputs = ownOutputs(engine, exported, graph.output, resized);
  const description = describeExport(target, graph, sha256, quantized?.result);
  const golden = goldenOf(images, outputs, graph.classes);

  const { write, open } = formats[target];
  let proof: Proof | undefined;
  const files = await place(out, folder, async (temporary) => {
    await write(temporary, { graph, description, model, quantization: options.quantize });
    proof = await proveExport(() => open(temporary, graph, engine), graph, resized, outputs);
    context.signal?.throwIfAborted();
    await checkOut(out, folder, force); // again, as it took a while
    const file: DescriptionFile = { ...description, golden, proof };
    return `${JSON.stringify(file, null, 2)}\n`;
  });
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return {
    from,
    to,
    target,
    files,
    bytes,
    proof: proof!,
    ...(quantized && { quantization: quantized.result }),
  };
}

function checkOptions(target: TargetName, { input, logits, quantize, maxLoss, data }: ExportOptions): void {
  if (target === 'torch' && input !== 'float32') {
    throw usageError('--input uint8 is not for --to torch: a state dict contains no preprocessing.');
  }
  if (target === 'web' && logits)
    throw usageError('--logits is not for --to web: the page shows probabilities.');
  if (quantize !== undefined && target !== 'web' && target !== 'tfjs') {
    throw usageError(`--quantize is for --to web and tfjs, not for ${target}.`);
  }
  if (quantize !== undefined) return;
  if (maxLoss !== undefined) throw usageError('--max-loss is for --quantize.');
  if (data !== undefined) throw usageError('--data is for --quantize.');
}
