// The script of the page that `alexft serve` shows: takes photos from the user, and loads the model's description.

import { openCamera } from './camera.js';
import { addPhotos } from './photos.js';
import { loadModel, Refused, setToken } from './server.js';
import { byId } from './shown.js';

async function start(): Promise<void> {
  const form = byId('access');
  try {
    const { classes } = await loadModel();
    const named = classes.length <= 8 ? classes.join(', ') : `${classes.length} classes`;
    byId('model').textContent = `${named}. Photos go to this server only.`;
    byId('choose').hidden = false;
    if (!form.hidden) byId('files').focus();
    form.hidden = true;
  } catch (error) {
    form.hidden = !(error instanceof Refused);
    byId('model').textContent = (error as Error).message;
    if (!form.hidden) byId('token').focus();
  }
}

byId('access').onsubmit = (event) => {
  event.preventDefault();
  setToken(byId<HTMLInputElement>('token').value);
  void start();
};

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

void start();
