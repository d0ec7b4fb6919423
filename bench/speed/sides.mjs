// The sides of the bench: alexft and the three rivals, and how each is started.

import { fileURLToPath } from 'node:url';
import { Server } from './processes.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const alexft = here('../../dist/bin.js');

/** In the order of the table's columns. */
export const rivals = {
  tutorial: 'the lesson’s loop',
  best: 'PyTorch’s best',
  cached: 'with cached features',
};

/** Batches of all trainings, as in the lesson. */
export const batchSize = 128;

/**
 * @typedef {{ python: string, device: string, data: string, folder: string, weights: Record<string, string> }} Place
 */

/** The words of a training by `side`. `weights`: the name of a file in `place.weights`. */
export function trainCommand(side, place, { trainable, epochs, weights }) {
  const common = [
    '--data',
    place.data,
    '--weights',
    place.weights[weights],
    '--trainable',
    trainable,
    '--epochs',
    String(epochs),
    '--batch-size',
    String(batchSize),
    '--device',
    place.device,
  ];
  if (side !== 'alexft') return [place.python, here('rivals.py'), 'train', side, ...common];
  return [
    process.execPath,
    alexft,
    'train',
    ...common,
    '--json',
    '--quiet',
    '--force',
    '--out',
    `${place.folder}/run`,
  ];
}

/** The words of predictions by `side` for the images in `data`. */
export function predictCommand(side, place, data) {
  const model = place.weights.classifier;
  if (side !== 'alexft') {
    const words = ['--data', data, '--weights', model, '--device', place.device];
    return [place.python, here('rivals.py'), 'predict', side, ...words];
  }
  return [
    process.execPath,
    alexft,
    'predict',
    data,
    '--model',
    model,
    '--json',
    '--quiet',
    '--device',
    place.device,
  ];
}

export const decodeCommand = (side, data) => [process.execPath, here('decode.mjs'), side, data];

/** A process that computes what it is asked. */
export function server(side, { python, device }, { threads, precision = 'float32' } = {}) {
  const given = threads === undefined ? [] : [String(threads)];
  if (side === 'alexft')
    return new Server([process.execPath, here('serve.mjs'), device, precision, ...given]);
  const words = [
    '--device',
    device,
    ...(side === 'best' ? ['--best'] : []),
    ...(precision === 'bfloat16' ? ['--autocast'] : []),
    ...(precision === 'tf32' ? ['--tf32'] : []),
    ...given.flatMap((n) => ['--threads', n]),
  ];
  return new Server([python, here('serve.py'), ...words]);
}
