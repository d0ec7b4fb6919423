// The image's rectangle, and what fills it.

import type { Dice } from './dice.js';
import { type Direction, linear, path, type Sheet } from './svg.js';

/** Width and height of an image in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/** Draws a background that fills the frame. */
export type Scene = (dice: Dice, sheet: Sheet, frame: Frame) => string[];

/** The path data of the whole frame and a border, so that nothing shows at its edges when it is blurred. */
export const cover = ({ width, height }: Frame): string => `M-20-20H${width + 20}V${height + 20}H-20Z`;

/** The frame filled with a gradient, downwards if not told. */
export const wash = (sheet: Sheet, frame: Frame, colours: string[], direction?: Direction): string =>
  path(cover(frame), { fill: linear(sheet, colours, direction) });
