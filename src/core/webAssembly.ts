// The kernels in WebAssembly, as a thread opens them.

import { readFileSync } from 'node:fs';
import { UserError } from './errors.js';

/** TypeScript has these among a browser's types only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

/**
 * What makes instances of the module in `file`. It is read and compiled with the first, not when a source file is loaded:
 * most commands need none.
 *
 * Where WebAssembly does not start, that throws a UserError, which begins with `failure`: what can't be done without.
 */
export function moduleOf<Exports>(file: URL, failure: string): () => Exports {
  let module: object | undefined;
  return () => {
    const bytes = module ? undefined : readFileSync(file);
    try {
      module ??= new WebAssembly.Module(bytes!);
      return new WebAssembly.Instance(module).exports as Exports;
    } catch (error) {
      throw new UserError(`${failure}: WebAssembly does not start here.`, {
        hint:
          'See that node runs without --jitless or a policy that forbids WebAssembly, on a CPU with SSE4.1. Where the ' +
          'address space is limited (ulimit -v), set NODE_OPTIONS=--disable-wasm-trap-handler.',
        cause: error,
      });
    }
  };
}
