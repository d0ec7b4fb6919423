// Writes and hashes large files in a worker thread while the main thread prepares the next bytes.

import { Worker } from 'node:worker_threads';

/** Bytes of a file. `owned`: no other code uses their memory, so it is transferred to the thread without a copy. */
export interface FilePart {
  readonly bytes: Uint8Array;
  readonly owned: boolean;
}

/** Begins a file, appends bytes, or ends the file. */
export type WriterRequest = { readonly begin: string } | { readonly bytes: Uint8Array } | 'end';

/** Progress, and one answer to each request. Errors are plain objects: a posted Error would lose its code. */
export type WriterResponse =
  | { readonly written: number }
  | { readonly sha256?: string }
  | { readonly error: object };

/** Called with the number of bytes that were written since the last call. */
export type OnBytes = (count: number) => void;

/**
 * Writes `parts` one after the other to the new file `path` and returns their SHA-256 in hexadecimal. The next part is
 * made while the current one is written; no more than two are in memory. Throws the system's error; what exists at
 * `path` then is the caller's to remove.
 */
export async function writeInThread(
  path: string,
  parts: Iterable<FilePart>,
  onBytes: OnBytes = () => {},
): Promise<string> {
  const thread = idle.pop() ?? new WriterThread();
  thread.onBytes = onBytes;
  try {
    let pending: Promise<unknown> = thread.request({ begin: path });
    await pending;
    try {
      for (const { bytes, owned } of parts) {
        await pending;
        pending = thread.request({ bytes: owned ? bytes : bytes.slice() });
        pending.catch(() => {}); // rethrown where it is awaited
      }
      await pending;
    } catch (error) {
      await pending.catch(() => {}); // `parts` may have failed while a write was pending
      await thread.request('end').catch(() => {}); // closes the file
      throw error;
    }
    const { sha256 } = await thread.request('end');
    return sha256!;
  } finally {
    if (!thread.ended) idle.push(thread);
  }
}

/** Threads for reuse. They do not keep the process alive. */
const idle: WriterThread[] = [];

interface Pending {
  readonly resolve: (response: { readonly sha256?: string }) => void;
  readonly reject: (error: unknown) => void;
}

const threadEnded = 'The thread that writes files has ended.';

class WriterThread {
  readonly #worker = new Worker(new URL('./writerWorker.js', import.meta.url), { execArgv: [] });
  #pending: Pending | undefined;
  #ended = false;
  onBytes: OnBytes = () => {};

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', (response: WriterResponse) => {
      if ('written' in response) {
        this.onBytes(response.written);
        return;
      }
      this.#worker.unref();
      if ('error' in response) this.#pending?.reject(Object.assign(new Error(), response.error));
      else this.#pending?.resolve(response);
    });
    this.#worker.on('error', (error) => this.#pending?.reject(error));
    this.#worker.on('exit', () => {
      this.#ended = true;
      this.#pending?.reject(new Error(threadEnded));
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** One request at a time: the next may follow the response. */
  request(request: WriterRequest): Promise<{ readonly sha256?: string }> {
    return new Promise((resolve, reject) => {
      if (this.#ended) throw new Error(threadEnded);
      this.#pending = { resolve, reject };
      this.#worker.ref();
      const transferred =
        typeof request === 'object' && 'bytes' in request ? [request.bytes.buffer as ArrayBuffer] : [];
      this.#worker.postMessage(request, transferred);
    });
  }
}
