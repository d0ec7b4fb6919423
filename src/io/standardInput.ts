// Standard input, read once for all callers, until the signal is aborted.

import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** Gives a function that resolves to all bytes on stdin. Rejects with an AbortError at the signal. */
export function standardInput(signal: AbortSignal | undefined): () => Promise<Buffer> {
  let reading: Promise<Buffer> | undefined;
  return () => {
    reading ??= buffer(signal ? addAbortSignal(signal, process.stdin) : process.stdin);
    return reading;
  };
}
