// The list of photos with their predictions.

import { announce, byId, element, percent } from './shown.js';

/** Classes with a bar; the others are less probable. */
const mostBars = 5;

export interface Answer {
  readonly label: string;
  readonly probability: number;
  readonly probabilities: Readonly<Record<string, number>>;
  /** What follows the bars. */
  readonly extras?: readonly HTMLElement[];
}

/** Answers for a photo, which is shown in the element `frame`. Throws an error for the user. */
type Predict = (photo: File, frame: HTMLElement) => Promise<Answer>;

let predict: Predict | undefined;
let concurrent = 1;

const waiting: (() => Promise<void>)[] = [];
let running = 0;

/** Photos are predicted from now on, `most` at a time. */
export function predictWith(predictor: Predict, most: number): void {
  predict = predictor;
  concurrent = most;
}

export function addPhotos(photos: Iterable<File>): void {
  if (!predict) return;
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
  if (running >= concurrent) return;
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
    const answer = await predict!(photo, item.querySelector('.photo')!);
    title.textContent = `${answer.label} ${percent(answer.probability)}`;
    text.append(barsOf(answer), ...(answer.extras ?? []));
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
