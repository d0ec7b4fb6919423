// Generated images with the outputs of alexft for them: the proof of an export, and a check for programs that use it.

import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { fitted } from '../data/transforms/fit.js';
import { normalizationTables, writeNormalized } from '../data/transforms/normalize.js';
import type { Preprocessing } from '../data/transforms/preprocessing.js';
import { createResizer } from '../data/transforms/resize.js';
import type { Engine } from '../engine/engine.js';
import { alexNet, inputSize } from '../model/alexnet.js';
import { computedValues } from '../model/computedValues.js';
import { Network } from '../model/network.js';
import { MersenneTwister } from '../random/generator.js';
import type { Model } from '../weights/modelFile.js';
import type { Graph } from './graph.js';

/** Width and height of each image: unchanged, made smaller, made larger in one direction and in both. */
const sizes = [
  [224, 224],
  [320, 260],
  [500, 90],
  [61, 43],
] as const;

const rectangles = 16;

export interface GoldenImage {
  readonly png: Buffer;
  /** RGB bytes [224, 224, 3] after the resize and the crop. */
  readonly resized: Uint8Array;
}

/** Rectangles in random colors, the same at each call, resized as `preprocessing` says. */
export async function goldenImages(preprocessing: Preprocessing): Promise<GoldenImage[]> {
  const resize = createResizer();
  const images = sizes.map(async ([width, height], seed) => {
    const data = drawRectangles(seed, width, height);
    const png = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    return { png, resized: fitted(resize, { data, width, height }, preprocessing) };
  });
  return await Promise.all(images);
}

function drawRectangles(seed: number, width: number, height: number): Uint8Array {
  const random = new MersenneTwister(seed);
  const below = (n: number) => Math.floor(random.rand() * n);
  const range = (n: number) => [below(n), below(n)].sort((a, b) => a - b) as [number, number];
  const data = new Uint8Array(width * height * 3).fill(128);
  for (let i = 0; i < rectangles; i++) {
    const [left, right] = range(width + 1);
    const [top, bottom] = range(height + 1);
    const color = [below(256), below(256), below(256)];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) data.set(color, (y * width + x) * 3);
    }
  }
  return data;
}

/** The images as one input of a graph: bytes [n, 224, 224, 3], or normalized values in the given layout. */
export function graphInput(
  images: readonly Uint8Array[],
  { input, preprocessing: { mean, std } }: Pick<Graph, 'input' | 'preprocessing'>,
  layout: 'NHWC' | 'NCHW',
): Float32Array | Uint8Array {
  if (input === 'uint8') return Buffer.concat(images);
  const tables = normalizationTables(mean, std);
  const area = inputSize ** 2;
  const values = new Float32Array(images.length * area * 3);
  for (const [index, image] of images.entries()) {
    const target = values.subarray(index * area * 3, (index + 1) * area * 3);
    if (layout === 'NHWC') writeNormalized(image, inputSize, false, tables, target, 0);
    else
      image.forEach((byte, at) => {
        const channel = at % 3;
        target[channel * area + (at - channel) / 3] = tables[channel * 256 + byte]!;
      });
  }
  return values;
}

/** The outputs that a graph of this model must have for `images`, computed by alexft's own network: [n, classes]. */
export function ownOutputs(
  engine: Engine,
  model: Omit<Model, 'file' | 'training'>,
  output: Graph['output'],
  images: readonly Uint8Array[],
): Float32Array {
  const { architecture, classes, tensors } = model;
  const network = new Network(alexNet({ ...architecture, classes: classes.length }), engine, tensors);
  try {
    return computedValues(() => {
      const values = graphInput(images, { ...model, input: 'float32' }, 'NHWC');
      const logits = network.forward(tf.tensor4d(values, [images.length, inputSize, inputSize, 3]));
      return output === 'logits' ? logits : tf.softmax(logits);
    });
  } finally {
    network.dispose();
  }
}
