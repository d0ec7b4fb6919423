// Writes a page that predicts in the browser: a model of TensorFlow.js, and what runs it (page/browser/web.ts).

import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simdBinary } from '../../engine/wasm.js';
import { exportedPage } from '../../page/markup.js';
import { pageStyle } from '../../page/style.js';
import type { Graph } from '../graph.js';
import type { Quantization } from '../quantize.js';
import { writeTfjs } from './tfjs.js';

/** Writes the new folder `folder`. `metadata`: the model's `userDefinedMetadata`. */
export async function writeWeb(
  folder: string,
  graph: Graph,
  metadata: object,
  quantization: Quantization | undefined,
): Promise<void> {
  await writeTfjs(folder, graph, metadata, quantization);
  await writeFile(join(folder, 'index.html'), exportedPage);
  await writeFile(join(folder, 'page.css'), pageStyle);
  await copyFile(vendored('web.js'), join(folder, 'page.js'));
  await copyFile(vendored('NOTICE.txt'), join(folder, 'NOTICE.txt'));
  const { name, path } = simdBinary();
  await copyFile(path, join(folder, name));
}

const vendored = (name: string): string =>
  fileURLToPath(new URL(`../../page/vendor/${name}`, import.meta.url));
