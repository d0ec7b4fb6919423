// How photos get into the page: chosen, dropped, pasted, or from the camera.

import type { Preprocessing } from '../../data/transforms/preprocessing.js';
import { openCamera } from './camera.js';
import { addPhotos } from './photos.js';
import { byId } from './shown.js';

export function takePhotos(): void {
  for (const id of ['files', 'capture']) {
    const input = byId<HTMLInputElement>(id);
    input.onchange = () => {
      addPhotos(input.files ?? []);
      input.value = ''; // so that the same photo can be chosen again
    };
  }

  const choose = byId('choose');
  document.ondragover = (event) => {
    event.preventDefault();
    choose.classList.add('over');
  };
  document.ondragleave = (event) => {
    if (event.relatedTarget === null) choose.classList.remove('over');
  };
  document.ondrop = (event) => {
    event.preventDefault();
    choose.classList.remove('over');
    addPhotos(event.dataTransfer?.files ?? []);
  };
  document.onpaste = (event) => addPhotos(event.clipboardData?.files ?? []);

  // Phones have a camera application; elsewhere browsers allow the camera on localhost and with HTTPS.
  const isPhone = matchMedia('(pointer: coarse)').matches;
  byId('phone').hidden = !isPhone;
  byId('camera').hidden = isPhone || navigator.mediaDevices === undefined;
  byId('camera').onclick = () => void openCamera();
}

/** What the page has to know of a model. */
export interface ShownModel {
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
}

/** Shows the classes of the model, and where photos go, and lets the user choose some. */
export function showModel({ classes, preprocessing }: ShownModel, where: string): void {
  const named = classes.length <= 8 ? classes.join(', ') : `${classes.length} classes`;
  byId('model').textContent = `${named}. ${where}`;
  byId('results').classList.toggle('upright', preprocessing.exif === true);
  byId('choose').hidden = false;
}
