// The proof of an export: its outputs for the golden images, in its own runtime, are those of alexft.

import { printable, reasonOf, UserError } from '../core/errors.js';
import { mostProbable } from '../training/evaluateNetwork.js';
import type { Graph } from './graph.js';
import type { MissingRuntime, Proof } from './proofResult.js';

/** The program that an export is made for, in this process, with the exported model in it. */
export interface Runtime extends AsyncDisposable {
  /** For display: "ONNX Runtime". */
  readonly name: string;
  readonly version: string;
  /** The outputs for a batch of resized images (goldenImages.ts): [n, classes]. */
  run(images: readonly Uint8Array[]): Float32Array | Promise<Float32Array>;
}

/** The largest difference of a probability, or of a logit relative to the largest of its image. */
const tolerance = 1e-4;

/**
 * Opens the runtime and compares its outputs for `images`, as one batch and for the first alone, with `expected`,
 * [n, classes]. Throws a UserError for a difference of more than `tolerance`, for another label, and if the runtime
 * does not run the model.
 */
export async function proveExport(
  open: () => Runtime | MissingRuntime | Promise<Runtime | MissingRuntime>,
  graph: Pick<Graph, 'output' | 'classes'>,
  images: readonly Uint8Array[],
  expected: Float32Array,
): Promise<Proof> {
  try {
    const opened = await open();
    if (!('run' in opened)) return { proven: false, ...opened };
    await using runtime = opened;
    const largestDifference = await compare(runtime, graph, images, expected);
    const { name, version } = runtime;
    return { proven: true, runtime: name, version, images: images.length, largestDifference };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw refused(`it can't be run: ${printable(reasonOf(error))}`, error);
  }
}

async function compare(
  runtime: Runtime,
  { output, classes }: Pick<Graph, 'output' | 'classes'>,
  images: readonly Uint8Array[],
  expected: Float32Array,
): Promise<number> {
  const rowOf = (values: Float32Array, row: number) =>
    values.subarray(row * classes.length, (row + 1) * classes.length);
  let largest = 0;
  for (const count of [images.length, 1]) {
    const found = await runtime.run(images.slice(0, count));
    for (let image = 0; image < count; image++) {
      const [own, other] = [rowOf(expected, image), rowOf(found, image)];
      const difference = differenceOf(own, other, output);
      const where = `in ${runtime.name} ${runtime.version}, the ${output} of image ${image + 1}`;
      // Written so that NaN is refused.
      if (!(difference <= tolerance)) throw refused(`${where} differ by ${difference} from alexft's`);
      if (mostProbable(own) !== mostProbable(other)) throw refused(`${where} have another label`);
      largest = Math.max(largest, difference);
    }
  }
  return largest;
}

function differenceOf(own: Float32Array, other: Float32Array, output: Graph['output']): number {
  const differences = Array.from(own, (value, index) => Math.abs(value - other[index]!));
  const scale = output === 'logits' ? Math.max(1, ...own.map(Math.abs)) : 1;
  return Math.max(...differences) / scale;
}

const refused = (problem: string, cause?: unknown) =>
  new UserError(`The export was discarded: ${problem}.`, {
    hint: 'Check this machine with alexft doctor, and its free memory. Or export on another machine.',
    cause,
  });
