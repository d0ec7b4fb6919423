// Messages between ranks before TensorFlow connects them: JSON, one object a line.

import type { Socket } from 'node:net';
import { type Fields, isObject } from '../../core/json.js';

/** Bytes. Anybody can connect to the port. */
const longestLine = 65_536;

export const send = (socket: Socket, message: object): void => {
  socket.write(`${JSON.stringify(message)}\n`);
};

/**
 * Calls `onMessage` for each object that arrives, and `onEnd` once, when the connection ends. Anything else than
 * objects ends the connection.
 */
export function receive(socket: Socket, onMessage: (message: Fields) => void, onEnd: () => void): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.setKeepAlive(true, 10_000);
  socket.on('error', () => {}); // 'close' follows
  socket.once('close', onEnd);
  socket.on('data', (more: string) => {
    text += more;
    const lines = text.split('\n');
    text = lines.pop()!;
    for (const line of lines) {
      const message = parse(line);
      if (message) onMessage(message);
      else socket.destroy();
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
