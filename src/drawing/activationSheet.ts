// What each layer makes of a photo: a row of channels for each layer, the photo above them.

import { colourMap, signedColour } from './colours.js';
import { enlarged } from './enlarge.js';
import { fitted } from './lettering.js';
import { Page, type Pixels } from './page.js';

/** One layer's row. */
export interface StageRow {
  readonly name: string;
  readonly type: string;
  /** [channels, height, width]. */
  readonly outputShape: readonly [number, number, number];
  /** Some channels, [height, width] each. */
  readonly channels: readonly { readonly index: number; readonly values: Float32Array }[];
}

const tile = 88;
const gap = 8;
const margin = 20;
/** Room for the number above each tile. */
const numberRoom = 14;
const nameRoom = 168;
/** Between a convolution's rows and the next one's. */
const blockGap = 14;
const text = '#333';
const faint = '#8a8580';

/** The photo is fitted in a square of this many pixels, with room beside it for the words. */
export const photoSide = 224;

/** `photo` has at most `photoSide` pixels a side; `caption` names it and the network; `rows` are of one number of channels. */
export function activationSheet(photo: Pixels, caption: readonly string[], rows: readonly StageRow[]): Page {
  const columns = Math.max(...rows.map(({ channels }) => channels.length), 6);
  const rowHeight = numberRoom + tile + gap;
  const blocks = rows.filter(({ type }) => type === 'Conv2d').length;
  const width = 2 * margin + nameRoom + columns * (tile + gap) - gap;
  const top = margin + photo.height + margin;
  const page = new Page(width, top + rows.length * rowHeight + (blocks - 1) * blockGap + margin - gap);

  page.paste(photo, margin, margin);
  const beside = margin + photo.width + margin;
  [...caption, ...reading].forEach((line, index) => {
    const own = index < caption.length;
    const size = own ? 12 : 9;
    const y = margin + 2 + index * 22 + (own ? 0 : 8);
    page.write(fitted(line, size, width - beside - margin), beside, y, {
      size,
      bold: index === 0,
      colour: own ? text : faint,
    });
  });
  page.paste(scaleBar(), beside, margin + 2 + (caption.length + reading.length) * 22 + 12);

  let y = top;
  rows.forEach((row, index) => {
    if (index > 0 && row.type === 'Conv2d') y += blockGap;
    drawRow(page, row, y);
    y += rowHeight;
  });
  return page;
}

const reading = [
  'Each row is a layer, each tile one of its channels: those that answer most strongly.',
  'Orange to brown: it finds what it looks for here. Blue: the opposite. White: nothing.',
  'A convolution, its ReLU and its pooling show the same channels, by their numbers.',
];

function drawRow(page: Page, { name, type, outputShape, channels }: StageRow, y: number): void {
  const middle = y + numberRoom + tile / 2;
  page.write(name, margin, middle - 24, { size: 11, bold: type === 'Conv2d' });
  page.write(type, margin, middle - 4, { size: 9, colour: text });
  page.write(outputShape.join(' × '), margin, middle + 14, { size: 9, colour: faint });
  channels.forEach(({ index, values }, column) => {
    const x = margin + nameRoom + column * (tile + gap);
    page.write(String(index), x, y + 2, { size: 7, colour: faint });
    page.paste(enlarged(colourMap(values, outputShape[2]), tile), x, y + numberRoom);
  });
}

/** From the least value to the greatest. */
function scaleBar(): Pixels {
  const [width, height] = [200, 10];
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(signedColour(((i % width) / (width - 1)) * 2 - 1), 3 * i);
  return { width, height, rgb };
}
