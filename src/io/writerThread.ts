// A large file, written and its SHA-256 computed in a thread of its own: meanwhile the thread that has the file's content
// prepares what comes next.

import { Worker } from 'node:worker_threads';

/** Bytes of a file. Where `given`, they are nobody else's: their memory goes to the thread, without a copy. */
export interface FilePart {
  readonly bytes: Uint8Array;
  readonly given: boolean;
}

/** What the thread is told: to begin a file, its next bytes, and that those were the last. */
export type WriterOrder =
  | { readonly begin: string; readonly over: boolean }
  | { readonly bytes: Uint8Array }
  | 'end';

/** What it says while it works, and then to each order: at the end the sum. An Error would arrive without its code. */
export type WriterWord =
  | { readonly written: number }
  | { readonly sha256?: string }
  | { readonly error: object };

/** Hears of bytes as they are written. */
export type OnBytes = (count: number) => void;

/**
 * Writes `parts` to the new file `path`, one behind the other, and gives the SHA-256 of them all, in hexadecimal. With
 * `over`, `path` is an old file, of which nothing is left. A part is asked for while the one before is being written, and
 * no sooner: no more than two are in memory. Throws the system's error where something can't be written; what is at `path`
 * then is the caller's.
 */
export async function writeInThread(
  path: string,
  parts: Iterable<FilePart>,
  { onBytes = () => {}, over = false }: { onBytes?: OnBytes | undefined; over?: boolean },
): Promise<string> {
  const thread = idle.pop() ?? new WriterThread();
  thread.onBytes = onBytes;
  try {
    let before: Promise<unknown> = thread.ask({ begin: path, over });
    await before;
    try {
      for (const { bytes, given } of parts) {
        await before;
        before = thread.ask({ bytes: given ? bytes : bytes.slice() });
        before.catch(() => {}); // thrown when it is waited for
      }
      await before;
    } catch (error) {
      await before.catch(() => {}); // where what failed is the making of the next part
      await thread.ask('end').catch(() => {}); // it closes the file
      throw error;
    }
    const { sha256 } = await thread.ask('end');
    return sha256!;
  } finally {
    if (!thread.ended) idle.push(thread);
  }
}

/** Threads that have nothing to do. They don't keep the process running. */
const idle: WriterThread[] = [];

interface Question {
  readonly resolve: (answer: { readonly sha256?: string }) => void;
  readonly reject: (error: unknown) => void;
}

const endedUnasked = 'The thread that writes files has ended.';

class WriterThread {
  readonly #worker = new Worker(new URL('./writerWorker.js', import.meta.url), { execArgv: [] });
  #question: Question | undefined;
  #ended = false;
  onBytes: OnBytes = () => {};

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', (word: WriterWord) => {
      if ('written' in word) {
        this.onBytes(word.written);
        return;
      }
      this.#worker.unref();
      if ('error' in word) this.#question?.reject(Object.assign(new Error(), word.error));
      else this.#question?.resolve(word);
    });
    this.#worker.on('error', (error) => this.#question?.reject(error));
    this.#worker.on('exit', () => {
      this.#ended = true;
      this.#question?.reject(new Error(endedUnasked));
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** One at a time: the next order may be given when this one is answered. */
  ask(order: WriterOrder): Promise<{ readonly sha256?: string }> {
    return new Promise((resolve, reject) => {
      if (this.#ended) throw new Error(endedUnasked);
      this.#question = { resolve, reject };
      this.#worker.ref();
      const given = typeof order === 'object' && 'bytes' in order ? [order.bytes.buffer as ArrayBuffer] : [];
      this.#worker.postMessage(order, given);
    });
  }
}
