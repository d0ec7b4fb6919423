// Files that are often taken for weights.

import { printable } from '../core/errors.js';

interface Foreign {
  /** Matches the first 512 bytes: as text, or in hexadecimal. */
  readonly text?: RegExp;
  readonly hex?: RegExp;
  readonly what: string;
  readonly hint: string;
}

const otherFramework =
  "Specify a file of PyTorch or safetensors. In PyTorch, save the network's state dict: torch.save(model.state_dict(), FILE)";

export const otherRuntime =
  'It is made for other runtimes. Specify the model or the run from which it was exported.';

const foreign: readonly Foreign[] = [
  {
    text: /^version https:\/\/git-lfs/,
    what: 'a Git LFS pointer, a small text instead of the file',
    hint: "Fetch the file itself in the repository's folder: git lfs pull",
  },
  {
    text: /^\s*<(?:!doctype|html|head|\?xml|error)/i,
    what: 'a web page, probably a login page or the error message of a server',
    hint: 'Download the file again, from its direct address. A browser shows the page.',
  },
  {
    text: /^\s*[{[]\s*["{[\]}]/,
    what: 'JSON, which contains no tensors',
    hint: 'Specify the weights file that belongs to it. Models of TensorFlow.js are not supported.',
  },
  { hex: /^894844460d0a1a0a/, what: 'an HDF5 file, the format of Keras (.h5)', hint: otherFramework },
  { hex: /^.{8}54464c33/, what: 'a TensorFlow Lite model', hint: otherFramework },
  {
    // Its ModelProto begins with a line about it (export/writers/onnx.ts), which ends at the next field.
    hex: /^08081206616c6578667432..(?<about>(?:..)+?)1a/,
    what: 'an ONNX model that alexft exported',
    hint: otherRuntime,
  },
  // A ModelProto: ir_version, then producer_name, graph or opset_import.
  { hex: /^08(?:0[3-9a-f]|1.)(?:12..[2-7]|3a|42)/, what: 'an ONNX model', hint: otherFramework },
  { hex: /^934e554d5059/, what: 'a numpy array (.npy)', hint: otherFramework },
  {
    hex: /^(?:1f8b|425a68|fd377a585a|377abcaf)/,
    what: 'a compressed file',
    hint: 'Unpack it, and specify the file in it.',
  },
  {
    // PROTO, and the start of a dict, an object or a frame.
    hex: /^800[2-5](?:5d|63|7d|95)/,
    what: 'a pickle that torch.save did not write',
    hint: 'Save the state dict with PyTorch: torch.save(model.state_dict(), FILE)',
  },
  {
    text: /^(?:[\t\n\r]|[^\p{Cc}\ufffd])+$/u,
    what: 'text',
    hint: 'Download the file again. The text may be the error message of a server.',
  },
];

/**
 * Identifies a file that contains no weights by its first bytes. Undefined for safetensors and for anything unknown.
 */
export function foreignFormat(start: Buffer): Pick<Foreign, 'what' | 'hint'> | undefined {
  // safetensors: the length of the header in 8 bytes, less than 2^24, and the header in JSON.
  if (start.length > 8 && start.readUIntLE(3, 5) === 0 && start[8] === 0x7b) return undefined;
  // A character can be cut at the end.
  const text = new TextDecoder().decode(start).replace(/\ufffd$/, '');
  const hex = start.toString('hex');
  const found = foreign.find((format) => format.text?.test(text) || format.hex?.test(hex));
  const about = found?.hex?.exec(hex)?.groups?.about;
  if (about === undefined) return found;
  return { ...found!, what: `${found!.what} (${printable(Buffer.from(about, 'hex').toString())})` };
}

/** Identifies a zip without weights by the names of its entries. */
export function foreignZip(names: readonly string[]): string | undefined {
  if (names.some((name) => name.endsWith('.weights.h5'))) return 'a Keras model (.keras)';
  if (names.length > 0 && names.every((name) => name.endsWith('.npy'))) return 'arrays of numpy (.npz)';
  return undefined;
}
