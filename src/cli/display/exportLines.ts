// Lines about an export, for `export` and `weights show`.

import type { ShownExport } from '../../commands/models/showExport.js';
import { printable } from '../../core/errors.js';
import type { Proof, QuantizationResult } from '../../export/proofResult.js';

export const targetText = (target: string, quantization: QuantizationResult | undefined): string =>
  printable(quantization ? `${target} in ${quantization.type}` : target);

export const proofLine = (proof: Proof): string =>
  printable(
    proof.proven
      ? `Proven in ${proof.runtime} ${proof.version}: ${proof.images} images, largest difference ${proof.largestDifference.toExponential(1)}`
      : `Not proven in ${proof.runtime}: ${proof.reason}. To prove it, ${proof.fix}.`,
  );

export function accuracyLine({ type, accuracy }: QuantizationResult): string {
  if (!accuracy)
    return printable(`The accuracy that ${type} costs was not measured: name images with --data.`);
  const [before, after] = [accuracy.original, accuracy.quantized].map(
    (share) => `${(100 * share).toFixed(1)}%`,
  );
  return `Accuracy on ${accuracy.images} validation images: ${after}, without --quantize ${before}`;
}

/** Classes that are named. */
const mostNamed = 20;

export function describedLines({ file, bytes, export: about }: ShownExport): string[] {
  const { alexft, target, source, classes, input, output, quantization, proof } = about;
  const more = classes.length > mostNamed ? ', ...' : '';
  const shape = (sizes: readonly unknown[]) => `[${sizes.join(', ')}]`;
  return [
    file,
    `${targetText(target, quantization)}, ${bytes.toLocaleString('en-US')} bytes, exported by alexft ${alexft}`,
    `from the model with SHA-256 ${source.sha256}`,
    '',
    `${classes.length} ${classes.length === 1 ? 'class' : 'classes'}: ${classes.slice(0, mostNamed).join(', ')}${more}`,
    `input: ${input.name}, ${input.type} ${input.layout} ${shape(input.shape)}, ${input.normalized ? 'normalized' : 'RGB bytes'}`,
    `output: ${output.name} ${shape(output.shape)}`,
    proofLine(proof),
    ...(quantization ? [accuracyLine(quantization)] : []),
  ].map(printable);
}
