// The resizer in Node.

import { openResizeKernel } from './openResizeKernel.js';
import { type Resize, resizerOn } from './resizer.js';

/** Creates a resizer that reuses its tables and its memory. Use one per thread. */
export const createResizer = (): Resize => resizerOn(openResizeKernel);
