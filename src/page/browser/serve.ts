// The script of the page that `alexft serve` shows.

import { correctionOf } from './correction.js';
import { heatSwitch } from './heatSwitch.js';
import { showModel, takePhotos } from './input.js';
import { type Answer, predictWith } from './photos.js';
import { loadModel, model, predict, Refused, setToken } from './server.js';
import { byId } from './shown.js';

async function start(): Promise<void> {
  const form = byId('access');
  try {
    const model = await loadModel();
    predictWith(answer, 4);
    showModel(model, 'Photos go to this server only.');
    if (!form.hidden) byId('files').focus();
    form.hidden = true;
  } catch (error) {
    form.hidden = !(error instanceof Refused);
    byId('model').textContent = (error as Error).message;
    if (!form.hidden) byId('token').focus();
  }
}

async function answer(photo: File, frame: HTMLElement): Promise<Answer> {
  const answer = await predict(photo);
  const { collect, preprocessing } = model!;
  const extras = [
    heatSwitch(answer, frame, preprocessing),
    ...(collect ? [correctionOf(photo, answer)] : []),
  ];
  return { ...answer, extras };
}

byId('access').onsubmit = (event) => {
  event.preventDefault();
  setToken(byId<HTMLInputElement>('token').value);
  void start();
};

takePhotos();
void start();
