// A dialog that takes a photo with the camera.

import { addPhotos } from './photos.js';
import { announce, byId, element } from './shown.js';

export async function openCamera(): Promise<void> {
  const dialog = byId<HTMLDialogElement>('viewfinder');
  const video = byId<HTMLVideoElement>('video');
  const stream = await navigator.mediaDevices
    .getUserMedia({ video: { facingMode: 'environment' } })
    .catch((error: Error) => {
      byId('camera').textContent = 'The camera can’t be used';
      announce(`The camera can’t be used: ${error.message}`);
    });
  if (!stream) return;
  video.srcObject = stream;
  dialog.onclose = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  byId('cancel').onclick = () => dialog.close();
  byId('shoot').onclick = () => {
    const canvas = element('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext('2d')!.drawImage(video, 0, 0);
    canvas.toBlob((photo) => photo && addPhotos([new File([photo], 'camera.jpg')]), 'image/jpeg', 0.95);
    dialog.close();
  };
  dialog.showModal();
  await video.play();
}
