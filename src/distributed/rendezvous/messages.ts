// Messages between ranks before TensorFlow connects them: JSON, one object a line.

import type { Socket } from 'node:net';
import { type Fields, isObject } from '../../core/json.js';

/** Bytes. Anybody can connect to the port. */
const longestLine = 65_536;

/** Milliseconds between signs of life, and without one after which the other side counts as gone: it may be stopped. */
const alive = { every: 1000, within: 15_000 };

export const send = (socket: Socket, message: object): void => {
  socket.write(`${JSON.stringify(message)}\n`);
};

/**
 * Calls `onMessage` for each object that arrives, and `onEnd` once, when the connection ends. Anything else than
 * objects ends the connection, and so does silence. An empty object is a sign of life.
 */
export function receive(socket: Socket, onMessage: (message: Fields) => void, onEnd: () => void): void {
  let text = '';
  let heard = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - heard > alive.within) socket.destroy();
    else send(socket, {});
  }, alive.every);
  socket.setEncoding('utf8');
  socket.on('error', () => {}); // 'close' follows
  socket.once('close', () => {
    clearInterval(timer);
    onEnd();
  });
  socket.on('data', (more: string) => {
    heard = Date.now();
    text += more;
    const lines = text.split('\n');
    text = lines.pop()!;
    for (const line of lines) {
      const message = parse(line);
      if (!message) socket.destroy();
      else if (Object.keys(message).length > 0) onMessage(message);
    }
    if (text.length > longestLine) socket.destroy();
  });
}

function parse(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
