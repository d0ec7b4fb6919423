// The codes of a JPEG's Huffman tables, looked up. Source: ITU-T T.81, annex C.

/** Codes of so many bits and fewer, nearly all that occur, are found in one step. */
export const quickBits = 9;

/**
 * What follows from a code is one number: of a mean's table the code's bits, and from the ninth bit on those of the
 * value behind it; of another's the bits of code and value together, and from the ninth bit on how many coefficients
 * further that leads. 0 stands for no code.
 */
export interface HuffmanTable {
  /** By the next `quickBits` bits. */
  readonly quick: Uint16Array;
  /** The first code of each length, its place among the steps, and the first code that is too large. */
  readonly firstCodes: Int32Array;
  readonly firstPlaces: Int32Array;
  readonly ends: Int32Array;
  readonly steps: Uint16Array;
}

/** What the code for "nothing but zeros from here on" adds: beyond all others. */
export const endOfBlock = 128;

/** No value behind a code is longer, in an image of 8 bits. */
const [mostBitsOfMeans, mostBitsOfOthers] = [11, 10];
/** No code of a mean's table need be longer; so it fits with its value in what is read ahead. */
const longestMeanCode = 13;

/** Undefined where codes don't fit, or stand for what no encoder writes. `counts` are codes by length, from 1 bit on. */
export function createHuffmanTable(
  counts: Uint8Array,
  symbols: Uint8Array,
  ofMeans: boolean,
): HuffmanTable | undefined {
  const quick = new Uint16Array(1 << quickBits);
  const [firstCodes, firstPlaces, ends] = [new Int32Array(17), new Int32Array(17), new Int32Array(17)];
  const steps = new Uint16Array(symbols.length);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= 16; length++) {
    firstCodes[length] = code;
    firstPlaces[length] = place;
    for (let left = counts[length - 1]!; left > 0; left--) {
      const step = ofMeans ? stepOfMean(symbols[place]!, length) : stepOfOther(symbols[place]!, length);
      if (step === 0) return undefined;
      steps[place++] = step;
      if (length <= quickBits) {
        const unused = quickBits - length;
        quick.fill(step, code << unused, (code + 1) << unused);
      }
      code += 1;
    }
    if (code >= 1 << length) return undefined; // a code of ones alone is kept free
    ends[length] = code;
    code <<= 1;
  }
  return { quick, firstCodes, firstPlaces, ends, steps };
}

const stepOfMean = (symbol: number, length: number): number =>
  symbol > mostBitsOfMeans || length > longestMeanCode ? 0 : (symbol << 8) | length;

function stepOfOther(symbol: number, length: number): number {
  const [zeros, bits] = [symbol >> 4, symbol & 15];
  if (bits > mostBitsOfOthers) return 0;
  if (bits > 0) return ((zeros + 1) << 8) | (length + bits);
  if (zeros === 0) return (endOfBlock << 8) | length;
  return zeros === 15 ? (16 << 8) | length : 0;
}

/** The step of a code that is longer than `quickBits`; 0 for none. The last 16 bits of `next` begin with it. */
export function stepOfLongCode({ firstCodes, firstPlaces, ends, steps }: HuffmanTable, next: number): number {
  const sixteen = next & 0xffff;
  for (let length = quickBits + 1; length <= 16; length++) {
    const code = sixteen >> (16 - length);
    if (code < ends[length]!) return steps[firstPlaces[length]! + code - firstCodes[length]!]!;
  }
  return 0;
}
