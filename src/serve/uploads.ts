// Reads the images out of a request, within the limits of memory.

import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { HTTPException } from 'hono/http-exception';
import { Unavailable } from './engineProcess.js';

/** The body of an image, and the name that the client gave it: `-` without one. */
export interface Upload {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The bodies that the server holds at a time, in bytes; at least two of the largest. */
const heldBytes = 256e6;

export class BodyReader {
  #held = 0;

  constructor(private readonly maxBytes: number) {}

  /** The body, which counts until the response is sent. Throws HTTPException (408, 413), Unavailable. */
  read({ incoming, outgoing }: Pick<HttpBindings, 'incoming' | 'outgoing'>): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    outgoing.once('close', () => {
      this.#held -= bytes;
    });
    return new Promise((resolve, reject) => {
      const refuse = (error: Error) => {
        chunks.length = 0;
        incoming.removeListener('data', take);
        reject(error);
      };
      const take = (chunk: Buffer) => {
        bytes += chunk.length;
        this.#held += chunk.length;
        if (bytes > this.maxBytes) refuse(this.#tooLarge());
        else if (this.#held > Math.max(heldBytes, 2 * this.maxBytes))
          refuse(new Unavailable('Too much at a time.'));
        else chunks.push(chunk);
      };
      if (Number(incoming.headers['content-length'] ?? 0) > this.maxBytes) return refuse(this.#tooLarge());
      incoming.on('data', take);
      incoming.once('end', () => resolve(Buffer.concat(chunks, bytes)));
      incoming.once('error', () => reject(new HTTPException(408, { message: 'The request is incomplete.' })));
    });
  }

  #tooLarge(): HTTPException {
    return new HTTPException(413, { message: `The request is larger than ${this.maxBytes} bytes.` });
  }
}

/** Whether the request is a form, which can have several images. */
export const isForm = ({ headers }: IncomingMessage): boolean =>
  /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');

/** The images of a body: the whole of it, or the files of a form. Throws HTTPException (400, 415). */
export async function uploadsIn(body: Buffer, incoming: IncomingMessage): Promise<Upload[]> {
  const type = incoming.headers['content-type'] ?? '';
  if (/^(image\/[^,;]+|application\/octet-stream)\s*(;|$)/i.test(type)) return [{ file: '-', bytes: body }];
  if (!isForm(incoming)) {
    const message = 'Expected the content type image/*, application/octet-stream or multipart/form-data.';
    throw new HTTPException(415, { message });
  }
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => {
    throw new HTTPException(400, { message: 'The form is damaged.' });
  });
  const files = [...form.values()].filter((value) => typeof value !== 'string');
  if (files.length === 0) throw new HTTPException(400, { message: 'The form has no file.' });
  return await Promise.all(
    files.map(async (file) => ({ file: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
}
