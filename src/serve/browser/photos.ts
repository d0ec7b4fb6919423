// The list of photos with their predictions.

import { type Answer, collect, model, predict } from './server.js';
import { announce, byId, element, percent } from './shown.js';

/** Classes with a bar; the others are less probable. */
const mostBars = 5;

/** Requests at a time. */
const mostRequests = 4;

const waiting: (() => Promise<void>)[] = [];
let running = 0;

export function addPhotos(photos: Iterable<File>): void {
  if (!model) return;
  for (const photo of photos) {
    const item = element('li', 'card');
    const text = element('div');
    text.append(element('h2', '', '…'), element('p', 'soft small', photo.name));
    item.append(imageOf(photo), text);
    byId('results').prepend(item);
    waiting.push(() => fill(item, text, photo));
    void work();
  }
}

async function work(): Promise<void> {
  if (running >= mostRequests) return;
  running += 1;
  for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  running -= 1;
}

function imageOf(photo: File): HTMLElement {
  const box = element('div', 'photo');
  const image = element('img');
  image.alt = '';
  image.src = URL.createObjectURL(photo);
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => image.replaceWith(element('p', 'soft small', 'This browser can’t show this format.'));
  box.append(image);
  return box;
}

async function fill(item: HTMLElement, text: HTMLElement, photo: File): Promise<void> {
  const title = text.querySelector('h2')!;
  try {
    const answer = await predict(photo);
    title.textContent = `${answer.label} ${percent(answer.probability)}`;
    text.append(barsOf(answer), heatSwitch(answer, item.querySelector('.photo')!));
    if (model!.collect) text.append(correctionOf(photo, answer));
  } catch (error) {
    title.textContent = 'No prediction';
    text.append(element('p', 'wrong', (error as Error).message));
  }
  announce(`${photo.name}: ${title.textContent}`);
}

function barsOf({ probabilities }: Answer): HTMLElement {
  const bars = element('ul', 'bars');
  const ranked = Object.entries(probabilities).sort(([, a], [, b]) => b - a);
  for (const [name, share] of ranked.slice(0, mostBars)) {
    const bar = element('li');
    const track = element('span', 'track');
    const filled = element('span');
    filled.style.width = percent(share);
    track.append(filled);
    bar.append(element('span', '', name), element('span', '', percent(share)), track);
    bars.append(bar);
  }
  return bars;
}

/** A button that shows the Grad-CAM over the photo. */
function heatSwitch({ label, heat }: Answer, photo: HTMLElement): HTMLElement {
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
function heatCanvas({ side, values }: Answer['heat']): HTMLCanvasElement {
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

function correctionOf(photo: File, { label }: Answer): HTMLElement {
  const form = element('form', 'row correction');
  const caption = element('label', 'row', 'Right class');
  const choice = element('select');
  const button = element('button', 'quiet', 'Save for training');
  const note = element('p', 'soft small');
  for (const name of model!.classes) choice.append(new Option(name, name, false, name === label));
  caption.append(choice);
  form.onsubmit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    note.textContent = await collect(photo, choice.value).then(
      () => `Saved as ${choice.value}.`,
      (error: Error) => error.message,
    );
    button.disabled = false;
    announce(`${photo.name}: ${note.textContent}`);
  };
  form.append(caption, button, note);
  return form;
}
