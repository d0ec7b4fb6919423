import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import sharp from 'sharp';
import { drawFace, kinds } from '../../dist/demo/face.js';
import { renderFace } from '../../dist/demo/render.js';

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const seeds = Array.from({ length: 120 }, (_, i) => i * 7919);
const faces = kinds.flatMap((kind) => seeds.map((seed) => ({ kind, seed, svg: drawFace(kind, seed) })));

test('the same kind and seed draw the same face, another seed or kind another one', () => {
  for (const { kind, seed, svg } of faces.slice(0, 10)) assert.equal(drawFace(kind, seed), svg);
  assert.equal(new Set(faces.map(({ svg }) => svg)).size, faces.length);
});

test('the drawings are those of drawingVersion 1 (when this changes on purpose, raise it in sample.ts)', () => {
  assert.equal(
    sha256(faces.map(({ svg }) => svg).join('\n')),
    'bf91c25c25fb9e1da7704dff56e963ca1ab630de66dcfd4a62bb40e75efe33d0',
  );
});

test('a document refers only to ids it defines, and defines each once', () => {
  for (const { kind, seed, svg } of faces) {
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, `${kind} ${seed}`);
    const references = [...svg.matchAll(/(?:url\(|href=")#([^)"]+)/g)].map(([, id]) => id);
    assert.ok(references.length > 5, `${kind} ${seed}`);
    assert.deepEqual(
      references.filter((id) => !ids.includes(id)),
      [],
      `${kind} ${seed}`,
    );
  }
});

test('numbers are finite and short, colours are whole', () => {
  for (const { kind, seed, svg } of faces) {
    assert.doesNotMatch(svg, /NaN|undefined|Infinity|\d\.\d{3}|\de-\d/, `${kind} ${seed}`);
    for (const [, colour] of svg.matchAll(/"(#[^"]*)"/g)) {
      assert.match(colour ?? '', /^#([0-9a-f]{6}|d\d+)$/, `${kind} ${seed}`);
    }
    assert.ok(svg.length < 60_000, `${kind} ${seed}: ${svg.length} bytes`);
  }
});

test('a rendered face is a JPEG of three channels with its drawing in it, the same each time', async () => {
  for (const kind of kinds) {
    const jpeg = await renderFace(kind, 5);
    assert.equal(sha256(jpeg), sha256(await renderFace(kind, 5)));
    const { format, width, height, channels } = await sharp(jpeg).metadata();
    assert.deepEqual([format, channels], ['jpeg', 3]);
    assert.match(drawFace(kind, 5), new RegExp(`^<svg [^>]*width="${width}" height="${height}"`));
    const { channels: colours } = await sharp(jpeg).stats();
    for (const { stdev, mean } of colours)
      assert.ok(stdev > 15 && mean > 30 && mean < 225, `${stdev} ${mean}`);
  }
});

test('sizes and shapes vary around 320 x 280', () => {
  const sizes = faces.map(({ svg }) => /width="(\d+)" height="(\d+)"/.exec(svg)!.slice(1).map(Number));
  const mean = (axis: number) => sizes.reduce((sum, size) => sum + size[axis]!, 0) / sizes.length;
  assert.ok(Math.abs(mean(0) - 320) < 15, `width ${mean(0)}`);
  assert.ok(Math.abs(mean(1) - 280) < 15, `height ${mean(1)}`);
  assert.ok(new Set(sizes.map(String)).size > seeds.length / 2);
  assert.ok(sizes.some(([width, height]) => width! < height!));
});

test('no single brightness or colour tells cats from dogs', async () => {
  const count = 40;
  const means = await Promise.all(
    kinds.map((kind, k) =>
      Promise.all(
        Array.from({ length: count }, async (_, i) => {
          const { channels } = await sharp(await renderFace(kind, 2 * i + k)).stats();
          const [red = 0, green = 0, blue = 0] = channels.map(({ mean }) => mean);
          return [red, green, blue, red + green + blue, red - blue];
        }),
      ),
    ),
  );
  const [cats = [], dogs = []] = means;
  for (const feature of [0, 1, 2, 3, 4]) {
    const thresholds = [...cats, ...dogs].map((values) => values[feature]!);
    const right = thresholds.map((threshold) => {
      const low = cats.filter((values) => values[feature]! < threshold).length;
      const high = dogs.filter((values) => values[feature]! >= threshold).length;
      return Math.max(low + high, 2 * count - low - high) / (2 * count);
    });
    assert.ok(Math.max(...right) < 0.75, `feature ${feature}: ${Math.max(...right)}`);
  }
});
