// The heat map of a prediction.

import type { ServedAnswer } from './server.js';
import { element } from './shown.js';

/** A button that shows the Grad-CAM over the photo. */
export function heatSwitch({ label, heat }: ServedAnswer, photo: HTMLElement): HTMLElement {
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
