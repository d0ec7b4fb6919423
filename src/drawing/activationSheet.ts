// The activations of each layer for one photo: a row of channels for each layer, below the photo.

import { colourMap, signedColour } from './colours.js';
import { Page, type Pixels } from './page.js';

/** One layer's row. */
export interface StageRow {
  readonly name: string;
  readonly type: string;
  /** [channels, height, width]. */
  readonly outputShape: readonly [number, number, number];
  /** Some of the channels; `values` is [height, width]. */
  readonly channels: readonly { readonly index: number; readonly values: Float32Array }[];
}

const tile = 88;
const gap = 8;
const margin = 20;
/** Space for the channel number above each tile. */
const numberHeight = 14;
const nameWidth = 168;
/** Extra space above each convolution but the first. */
const blockGap = 14;
const grey = '#8a8580';

/** The photo's longer side, in pixels. */
export const photoSide = 224;

const legend = [
  'Each row is a layer, each tile one of its channels: those with the strongest activations.',
  'Orange to brown: positive. Blue: negative. White: zero. Each tile has its own scale.',
  'A convolution, its ReLU and its pooling show the same channels.',
];

/** `caption`: lines beside the photo, the first one larger. All `rows` have the same number of channels. */
export function activationSheet(photo: Pixels, caption: readonly string[], rows: readonly StageRow[]): Page {
  const columns = Math.max(...rows.map(({ channels }) => channels.length), 6);
  const rowHeight = numberHeight + tile + gap;
  const blocks = rows.filter(({ type }) => type === 'Conv2d').length;
  const width = 2 * margin + nameWidth + columns * (tile + gap) - gap;
  const top = margin + photo.height + margin;
  const page = new Page(width, top + rows.length * rowHeight + (blocks - 1) * blockGap + margin - gap);

  page.paste(photo, margin, margin);
  const beside = margin + photo.width + margin;
  const maxWidth = width - beside - margin;
  let y = margin;
  caption.forEach((line, index) => {
    page.write(line, beside, y, { size: index === 0 ? 17 : 14, maxWidth });
    y += 24;
  });
  y += 8;
  for (const line of legend) {
    page.write(line, beside, y, { size: 12, colour: grey, maxWidth });
    y += 19;
  }
  page.paste(scaleBar(), beside, y + 6);

  y = top;
  rows.forEach((row, index) => {
    if (index > 0 && row.type === 'Conv2d') y += blockGap;
    drawRow(page, row, y);
    y += rowHeight;
  });
  return page;
}

function drawRow(page: Page, { name, type, outputShape, channels }: StageRow, y: number): void {
  const middle = y + numberHeight + tile / 2;
  page.write(name, margin, middle - 27, { size: 15 });
  page.write(type, margin, middle - 6, { size: 12 });
  page.write(outputShape.join(' × '), margin, middle + 12, { size: 12, colour: grey });
  channels.forEach(({ index, values }, column) => {
    const x = margin + nameWidth + column * (tile + gap);
    page.write(String(index), x, y + 1, { size: 10, colour: grey });
    page.paste(colourMap(values, outputShape[2]), x, y + numberHeight, { width: tile, height: tile });
  });
}

/** From the most negative value to the most positive. */
function scaleBar(): Pixels {
  const [width, height] = [200, 10];
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(signedColour(((i % width) / (width - 1)) * 2 - 1), 3 * i);
  return { width, height, rgb };
}
