// The heat map of a prediction.

import type { Preprocessing } from '../../data/transforms/preprocessing.js';
import type { ServedAnswer } from './server.js';
import { element } from './shown.js';

/** A button that shows the Grad-CAM over the photo. */
export function heatSwitch(
  { label, heat }: ServedAnswer,
  photo: HTMLElement,
  preprocessing: Preprocessing,
): HTMLElement {
  const box = element('div');
  const button = element('button', 'quiet', 'Heat map');
  const note = element('p', 'soft small', `Bright regions support ${label} (Grad-CAM).`);
  const canvas = heatCanvas(heat);
  const show = (shown: boolean) => {
    button.setAttribute('aria-pressed', String(shown));
    canvas.hidden = !shown;
    note.hidden = !shown;
  };
  button.type = 'button';
  button.onclick = () => show(canvas.hidden !== false);
  show(false);
  placeOver(canvas, photo, preprocessing);
  photo.append(canvas);
  box.append(button, note);
  return box;
}

/** One pixel per value, which the style sheet stretches over the photo: dark where the heat is low. */
function heatCanvas({ side, values }: ServedAnswer['heat']): HTMLCanvasElement {
  const canvas = element('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(side, side);
  values.forEach((heat, index) => {
    pixels.data.set([255 * Math.min(1, 2 * heat), 210 * heat, 40 * heat, 255 * 0.65], 4 * index);
  });
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** Over what the network sees: all of the photo, which the style sheet says, or its centre. */
function placeOver(
  { style }: HTMLElement,
  photo: HTMLElement,
  { size, shorterSide }: Pick<Preprocessing, 'size' | 'shorterSide'>,
): void {
  const image = photo.querySelector('img');
  if (shorterSide === undefined || !image) return;
  const { naturalWidth: width, naturalHeight: height } = image;
  const side = (Math.min(width, height) * size) / shorterSide;
  const percent = (share: number) => `${100 * share}%`;
  style.width = percent(side / width);
  style.height = percent(side / height);
  style.left = percent((1 - side / width) / 2);
  style.top = percent((1 - side / height) / 2);
}
