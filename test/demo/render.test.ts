import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import sharp from 'sharp';
import { drawAnimal, kinds, renderFace } from '../../dist/demo/render.js';

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const seeds = Array.from({ length: 120 }, (_, i) => i * 7919);
const drawings = kinds.flatMap((kind) => seeds.map((seed) => ({ kind, seed, svg: drawAnimal(kind, seed) })));

test('a class and a seed determine the drawing', () => {
  for (const { kind, seed, svg } of drawings.slice(0, 10)) assert.equal(drawAnimal(kind, seed), svg);
  assert.equal(new Set(drawings.map(({ svg }) => svg)).size, drawings.length);
});

test('the drawings are those of version 2 (after an intended change, increase the version in sample.ts)', () => {
  assert.equal(
    sha256(drawings.map(({ svg }) => svg).join('\n')),
    'febdf00814495187b78c8305df6c41e69ce72300cbdbe22317f926a179723192',
  );
});

test('a document defines each id that it refers to exactly once', () => {
  for (const { kind, seed, svg } of drawings) {
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, `${kind} ${seed}`);
    const references = [...svg.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
    assert.deepEqual(new Set(references), new Set(ids), `${kind} ${seed}`);
  }
});

test('numbers are finite and rounded, colors are valid', () => {
  const color =
    /^(#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})|hsl\(-?[\d.]+,[\d.]+%,[\d.]+%\)|none|url\(#shade\))$/;
  for (const { kind, seed, svg } of drawings) {
    assert.doesNotMatch(svg, /NaN|undefined|Infinity|\d\.\d{3}|\de-\d/, `${kind} ${seed}`);
    const colors = [...svg.matchAll(/ (?:fill|stroke|stop-color)="([^"]*)"/g)].map(([, value]) => value!);
    assert.ok(colors.length > 20, `${kind} ${seed}`);
    for (const value of colors) assert.match(value, color, `${kind} ${seed}`);
    assert.ok(svg.length < 60_000, `${kind} ${seed}: ${svg.length} bytes`);
  }
});

test('the rendered image is a JPEG with three channels that is the same each time', async () => {
  for (const kind of kinds) {
    const jpeg = await renderFace(kind, 5);
    assert.equal(sha256(jpeg), sha256(await renderFace(kind, 5)));
    const { format, width, height, channels } = await sharp(jpeg).metadata();
    assert.deepEqual([format, channels], ['jpeg', 3]);
    assert.match(drawAnimal(kind, 5), new RegExp(`^<svg [^>]*width="${width}" height="${height}"`));
    const { channels: colors } = await sharp(jpeg).stats();
    for (const { stdev, mean } of colors)
      assert.ok(stdev > 15 && mean > 30 && mean < 225, `${stdev} ${mean}`);
  }
});

test('sizes and aspect ratios vary around 320 x 280', () => {
  const sizes = drawings.map(({ svg }) => /width="(\d+)" height="(\d+)"/.exec(svg)!.slice(1).map(Number));
  const mean = (axis: number) => sizes.reduce((sum, size) => sum + size[axis]!, 0) / sizes.length;
  assert.ok(Math.abs(mean(0) - 320) < 15, `width ${mean(0)}`);
  assert.ok(Math.abs(mean(1) - 280) < 15, `height ${mean(1)}`);
  assert.ok(new Set(sizes.map(String)).size > seeds.length / 2);
  assert.ok(sizes.some(([width, height]) => width! < height!));
});

// On the demo's own images (400 for training, 100 for test), the accuracies are: mean color, nearest centroid 53%,
// logistic regression 59%; 16 x 16 thumbnails, nearest neighbor 54%, logistic regression 69%; the fine-tuned AlexNet
// 100%.
test('neither colors nor a thumbnail tell cats from dogs', async () => {
  const count = 60;
  const images = await Promise.all(
    Array.from({ length: 2 * count }, async (_, i) => {
      const [kind, jpeg] = [i % 2, await renderFace(kinds[i % 2]!, i)];
      const thumbnail = [...(await sharp(jpeg).resize(16, 16, { fit: 'fill' }).raw().toBuffer())];
      const color = (await sharp(jpeg).stats()).channels.map(({ mean }) => mean);
      return { kind, thumbnail, color };
    }),
  );
  const [train, held] = [images.slice(0, count), images.slice(count)];
  const distance = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  const accuracyOf = (feature: 'thumbnail' | 'color', references: typeof images) => {
    const correct = held.filter((image) => {
      const distances = references.map((other) => distance(image[feature], other[feature]));
      return references[distances.indexOf(Math.min(...distances))]!.kind === image.kind;
    });
    return correct.length / held.length;
  };
  const meanOf = (rows: number[][]) =>
    rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
  const centroids = [0, 1].map((kind) => {
    const own = train.filter((image) => image.kind === kind);
    return {
      kind,
      thumbnail: meanOf(own.map(({ thumbnail }) => thumbnail)),
      color: meanOf(own.map(({ color }) => color)),
    };
  });
  for (const feature of ['color', 'thumbnail'] as const) {
    for (const [method, references] of Object.entries({ centroid: centroids, neighbor: train })) {
      const accuracy = accuracyOf(feature, references);
      assert.ok(accuracy < 0.68, `nearest ${method} by ${feature}: ${accuracy}`);
    }
  }
  // The best threshold on one color, chosen on all images.
  for (const axis of [0, 1, 2]) {
    for (const { color } of images) {
      const below = images.filter((image) => image.color[axis]! < color[axis]!);
      const cats = below.filter(({ kind }) => kind === 0).length;
      const correct = cats + (count - (below.length - cats));
      const accuracy = Math.max(correct, 2 * count - correct) / (2 * count);
      assert.ok(accuracy < 0.68, `channel ${axis}: ${accuracy}`);
    }
  }
});
