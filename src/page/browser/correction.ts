// The form that puts a photo into a class, for a training.

import type { Answer } from './photos.js';
import { collect, model } from './server.js';
import { announce, element } from './shown.js';

export function correctionOf(photo: File, { label }: Answer): HTMLElement {
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
