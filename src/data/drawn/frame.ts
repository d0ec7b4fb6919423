// The picture's rectangle, and what fills it.

import type { Dice } from './dice.js';
import type { Sheet } from './svg.js';

/** Width and height of a picture in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/** Draws a background: first what fills the frame, then the things before it. */
export type Scene = (dice: Dice, sheet: Sheet, frame: Frame) => [wall: string, ...things: string[]];

/** The path data of the whole frame and a border, so that nothing shows at its edges when it is blurred. */
export const cover = ({ width, height }: Frame): string => `M-20-20H${width + 20}V${height + 20}H-20Z`;
