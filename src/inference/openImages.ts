// Images for the network, as every command loads them.

import { availableParallelism } from 'node:os';
import { ImageLoader } from '../data/imageLoader.js';
import type { Preprocessing } from '../data/transforms/preprocessing.js';
import type { Engine } from '../engine/engine.js';
import { inputPadding } from '../model/alexnet.js';

/** Threads that decode: all cores where they take turns with the engine, else all but the one that feeds it. */
function decodeWorkers(engine: Engine, asked: number | undefined): number {
  const cores = availableParallelism();
  return asked ?? (engine.decodeAhead ? Math.max(1, cores - 1) : cores);
}

export function openImages(
  engine: Engine,
  sources: readonly (string | Uint8Array)[],
  preprocessing: Preprocessing,
  workers: number | undefined,
): ImageLoader {
  return new ImageLoader({
    sources,
    preprocessing,
    border: inputPadding,
    workers: Math.min(decodeWorkers(engine, workers), Math.max(1, sources.length)),
    ahead: engine.decodeAhead,
  });
}
