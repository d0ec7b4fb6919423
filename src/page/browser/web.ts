// The script of the page that `alexft export --to web` writes: everything is computed in the browser. Programs can use
// it as `alexft.predict(photo)`.

import { showModel, takePhotos } from './input.js';
import { type LocalModel, loadModel } from './localModel.js';
import { type Answer, predictWith } from './photos.js';
import { byId } from './shown.js';

const loaded: Promise<LocalModel> = load();

/** The prediction for a photo, once the model is loaded. */
export async function predict(photo: Blob): Promise<Answer> {
  return await (await loaded).predict(photo);
}

async function load(): Promise<LocalModel> {
  if (location.protocol === 'file:') {
    throw new Error('browsers read no files for a page of a file. Open this page through a web server.');
  }
  let shown = 0;
  return await loadModel((share) => {
    const tenths = Math.floor(10 * share);
    if (tenths > shown) byId('model').textContent = `Loading the model: ${10 * tenths}%`;
    shown = tenths;
  });
}

takePhotos();
loaded.then(
  (model) => {
    predictWith(predict, 1);
    showModel(model, 'Photos stay in this browser.');
  },
  (error: Error) => {
    byId('model').textContent = `The model can’t be loaded: ${error.message}`;
  },
);
