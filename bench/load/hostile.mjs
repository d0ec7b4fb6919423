// Bodies that a server must survive: bombs, truncated and damaged files, other types, and slow senders.

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** A PNG whose header names this size, and which contains little more. */
function pngOf(width, height) {
  const chunk = (type, data) => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), data, Buffer.alloc(4)]);
    bytes.writeUInt32BE(data.length, 0); // its checksum is wrong, as in many damaged files
    return bytes;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1000)))]);
}

/** By name, how to send each kind, and of how many bodies one is of it. */
export async function hostileKinds(url, photo) {
  const post = async (body, type) => {
    const headers = { 'content-type': type };
    const response = await fetch(`${url}/predict`, { method: 'POST', headers, body });
    await response.text();
    return response.status;
  };
  /** Writes to a connection; resolves with the status, or 'closed'. */
  const raw = (write) =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      let status = 'closed';
      const stop = write(socket) ?? (() => {});
      socket.on('data', (data) => {
        status = Number(/^HTTP\/1\.1 (\d+)/.exec(data)?.[1] ?? status);
      });
      socket
        .on('error', () => {})
        .on('close', () => {
          stop();
          resolve(status);
        });
    });
  const head =
    'POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: 9999\r\n\r\n';
  const white = { create: { width: 7000, height: 7000, channels: 3, background: '#fff' } };
  const within = await sharp(white).png().toBuffer();
  const damaged = Buffer.concat([photo.subarray(0, 600), randomBytes(photo.length)]);
  return {
    'bomb of 900 megapixels': [1, () => post(pngOf(30_000, 30_000), 'image/png')],
    'header without pixels': [1, () => post(pngOf(1000, 1000), 'image/png')],
    'truncated JPEG': [1, () => post(photo.subarray(0, photo.length / 2), 'image/jpeg')],
    'damaged JPEG': [1, () => post(damaged, 'image/jpeg')],
    SVG: [1, () => post('<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml')],
    text: [1, () => post('x', 'text/plain')],
    'empty body': [1, () => post('', 'image/png')],
    'damaged form': [1, () => post('--x\r\nbroken', 'multipart/form-data; boundary=x')],
    'no HTTP': [1, () => raw((socket) => void socket.end('HELO\r\n\r\n'))],
    'closed in the body': [1, () => raw((socket) => void socket.write(head, () => socket.destroy()))],
    '25 MB': [20, () => post(Buffer.alloc(25e6), 'image/png')],
    'slow sender': [
      20,
      () =>
        raw((socket) => {
          socket.write(head);
          const drops = setInterval(() => socket.write('x'), 500);
          return () => clearInterval(drops);
        }),
    ],
    'PNG of 49 megapixels in 150 kB': [100, () => post(within, 'image/png')],
  };
}

/** Sends `count` bodies from `clients` at a time. Returns the number of each answer by kind. */
export async function sendHostile(kinds, count, clients) {
  const weighted = Object.entries(kinds);
  const answers = {};
  let next = 0;
  const client = async () => {
    for (let index = next++; index < count; index = next++) {
      const [name, [, send]] = kindOf(weighted, index);
      const status = await send().catch(() => 'closed');
      answers[name] ??= {};
      answers[name][status] = (answers[name][status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return answers;
}

/** A rare kind where its number divides the index, otherwise the common ones in turn. */
function kindOf(kinds, index) {
  const rare = kinds.filter(([, [every]]) => every > 1);
  const place = index + 1;
  const due = rare.find(([, [every]], offset) => (place + offset) % every === 0);
  const common = kinds.filter(([, [every]]) => every === 1);
  return due ?? common[index % common.length];
}
