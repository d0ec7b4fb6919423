// How the cost grows: with the batch, the threads, the classes, and the images.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { scanImageFolder } from '../../dist/data/dataset/scan.js';
import { memoryOfCommand, timeCommand } from './processes.mjs';
import { batchSize, server, trainCommand } from './sides.mjs';
import { median } from './table.mjs';

const say = (text) => process.stderr.write(`${text}\n`);
const sides = ['alexft', 'best'];

export async function* measureGrowth({ only }, place, env) {
  const growths = { batch, threads, classes, images };
  for (const [id, measure] of Object.entries(growths)) {
    if (!only || only.includes(id)) yield { id, ...(await measure(place, env)) };
  }
}

/** The same question to both sides, in turns; images a second by the median of all passes. */
async function compare(open, questions) {
  const lines = {};
  const servers = new Map();
  for (const { x, work, batch, classes, threads } of questions) {
    for (const side of sides) {
      const key = `${side} ${threads}`;
      if (!servers.has(key)) servers.set(key, open(side, threads));
      const count = Math.max(2, Math.ceil(96 / batch));
      const { seconds } = await servers.get(key).ask({ work, batch, count, classes });
      const name = `${work}, ${side}`;
      const rate = batch / median(seconds);
      say(`  ${name} at ${x}: ${rate.toFixed(1)} images a second`);
      lines[name] = [...(lines[name] ?? []), [x, rate]];
    }
  }
  await Promise.all([...servers.values()].map((one) => one.close()));
  return lines;
}

const works = ['inference', 'step'];
const each = (values, question) =>
  works.flatMap((work) => values.map((x) => ({ x, work, batch: batchSize, ...question(x) })));

async function batch(place) {
  const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
  const lines = await compare(
    (side) => server(side, place),
    each(sizes, (x) => ({ batch: x })),
  );
  return { title: 'Images a second by batch size', axis: 'batch size', logarithmic: true, lines };
}

async function threads(place) {
  const counts = Array.from({ length: availableParallelism() }, (_, i) => i + 1);
  const lines = await compare(
    (side, threads) => server(side, place, { threads }),
    each(counts, (x) => ({ threads: x })),
  );
  return { title: 'Images a second by threads', axis: 'threads', lines };
}

async function classes(place) {
  const counts = [2, 10, 100, 1000];
  const lines = await compare(
    (side) => server(side, place),
    each(counts, (x) => ({ classes: x })),
  );
  return { title: 'Images a second by classes', axis: 'classes', logarithmic: true, lines };
}

/** An epoch of the classifier on frozen features: made, then cached by the run before. */
async function images(place, env) {
  const lines = { 'milliseconds an image, features made': [], 'milliseconds an image, features cached': [] };
  const memory = [];
  const what = { trainable: 'classifier', weights: 'features', epochs: 1 };
  for (const count of [2000, 10_000, 50_000]) {
    const data = join(place.folder, `images-${count}`);
    await copyPhotos(place.data, data, count);
    await rm(join(env.ALEXFT_CACHE, 'features'), { recursive: true, force: true });
    const words = trainCommand('alexft', { ...place, data }, what);
    const made = await timeCommand(words, { env });
    const again = await timeCommand(words, { env });
    memory.push([count, await memoryOfCommand(words, { env })]);
    lines['milliseconds an image, features made'].push([count, (1000 * made) / count]);
    lines['milliseconds an image, features cached'].push([count, (1000 * again) / count]);
    say(
      `  ${count} images: ${made.toFixed(1)} s, then ${again.toFixed(1)} s, ${(memory.at(-1)[1] / 1e9).toFixed(2)} GB`,
    );
    await rm(data, { recursive: true });
  }
  return { title: 'The cost of an image by images', axis: 'images', logarithmic: true, lines, memory };
}

/**
 * Copies of the photos, each with other bytes (a comment in its JPEG), so that nothing is known of one from another.
 */
async function copyPhotos(data, folder, count) {
  const { samples, classes } = await scanImageFolder(data);
  for (const name of classes) await mkdir(join(folder, name), { recursive: true });
  for (let i = 0; i < count; i++) {
    const { path } = samples[i % samples.length];
    const bytes = await readFile(join(data, path));
    const text = Buffer.from(`copy ${i}`);
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, text.length + 2]), text]);
    const [name, file] = path.split('/');
    const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
    const parts = isJpeg ? [bytes.subarray(0, 2), comment, bytes.subarray(2)] : [bytes];
    await writeFile(join(folder, name, `${i}-${file}`), Buffer.concat(parts));
  }
}
