// The resize kernel (resizeKernel/kernel.ts) in Node.

import { moduleOf } from '../../core/webAssembly.js';
import type { Kernel } from './resizeMemory.js';

export const openResizeKernel = moduleOf<Kernel>(
  new URL('./resizeKernel.wasm', import.meta.url),
  "Images can't be resized",
);
