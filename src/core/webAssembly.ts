// Loads our WebAssembly kernels.

import { readFileSync } from 'node:fs';
import { UserError } from './errors.js';

/** TypeScript declares these only in its DOM library. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

/**
 * Returns a function that instantiates the module in `file`. The first call reads and compiles it. If WebAssembly is
 * not available, it throws a UserError that begins with `failure`, the consequence.
 */
export function moduleOf<Exports>(file: URL, failure: string): () => Exports {
  let module: object | undefined;
  return () => {
    const bytes = module ? undefined : readFileSync(file);
    try {
      module ??= new WebAssembly.Module(bytes!);
      return new WebAssembly.Instance(module).exports as Exports;
    } catch (error) {
      throw new UserError(`${failure}: WebAssembly is not available.`, {
        hint:
          'Make sure that node runs without --jitless or a policy that forbids WebAssembly, on a CPU with SSE4.1. If the ' +
          'address space is limited (ulimit -v), set NODE_OPTIONS=--disable-wasm-trap-handler.',
        cause: error,
      });
    }
  };
}
