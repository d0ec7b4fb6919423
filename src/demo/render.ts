// One image: a scene with a cat or a dog in it, drawn as SVG and rendered like a photo.

import sharp from 'sharp';
import { MersenneTwister } from '../random/generator.js';
import { seededChoices } from './choices.js';
import { chooseCoat } from './coat.js';
import { drawScene } from './scene.js';
import { species } from './species.js';
import { box, curve, ellipse, fill, group, type Point, pair, points, stroke, svg, symmetric } from './svg.js';

/** The two classes, as PetImages names them. */
export const kinds = ['Cat', 'Dog'] as const;
export type Kind = (typeof kinds)[number];

/** A cat or a dog as an SVG document of about 320 x 280 pixels. Only the low 32 bits of `seed` count. */
export function drawAnimal(kind: Kind, seed: number): string {
  const choices = seededChoices(seed);
  const { between, chance, pick } = choices;
  const height = Math.round(between(230, 330));
  const width = Math.round(height * between(0.9, 1.4));
  const scene = drawScene(choices, width, height);
  const coat = chooseCoat(choices);
  const parts = species[kind](choices, coat);
  const shoulders = between(52, 76);

  const coated = (id: string, corners: readonly Point[]): string => {
    const d = curve(corners, coat.hair);
    const markings = `<clipPath id="${id}"><path d="${d}"/></clipPath><g clip-path="url(#${id})">${coat.markings}</g>`;
    return fill(d, coat.base) + markings + fill(d, 'url(#shade)');
  };
  const paw = ellipse(0, 0, 31, 16, coat.muzzle);
  const lying = (): string =>
    coated('body', points(`${-shoulders},40 0,10 110,-4 200,30 236,110 200,168 40,176 -80,168`)) +
    pair(box(-26, -32, 52, 40, coat.base, 20) + paw, 38, 172);
  const sitting = (): string =>
    parts.tail +
    coated('body', symmetric(`0,40 ${shoulders},60 ${shoulders * 1.3},130 94,220 110,300 84,336 0,338`)) +
    pair(box(-25, -162, 50, 160, 'url(#shade)', 24) + paw, 34, 332);
  const collar = stroke(svg`M${-shoulders} 86Q0 134 ${shoulders} 86`, coat.collar, 14);

  const [yaw, pitch, near] = [between(-1, 1), between(-0.3, 0.4), between(0.4, 1)];
  const turned = (depth: number, part: string) => group(part, yaw * depth, pitch * depth);
  const animal =
    (chance(0.3) ? lying() : sitting()) +
    (chance(0.3) ? collar : '') +
    turned(-8, parts.backEars) +
    coated('head', parts.head) +
    turned(-4, parts.frontEars) +
    turned(12, parts.eyes) +
    turned(20, parts.muzzle);
  const scale = (height / 500) * (1 + near * 1.1);
  const [x, y] = [width * between(0.35, 0.65), height * (0.32 + 0.23 * near + between(-0.06, 0.06))];
  return svg`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <radialGradient id="shade" cx="${between(0.25, 0.75)}" cy="0.22" r="0.85"><stop stop-color="#fff4dc4d"/>
    <stop offset="0.45" stop-color="#fff4dc00"/><stop offset="1" stop-color="#1a0f188c"/></radialGradient>
    <filter id="blur" x="0" y="0" width="1" height="1"><feGaussianBlur stdDeviation="${pick([0, 1, 2, 3])}"/></filter>
    ${scene}<g filter="url(#blur)">${scene}</g>
    ${group(animal, x, y, scale * pick([-1, 1]), scale, between(-16, 16))}
    ${box(0, 0, width, height, 'url(#shade)')}</svg>`;
}

/** `drawAnimal` with a camera's blur, exposure, color cast and grain, as JPEG. Deterministic for a version of sharp. */
export async function renderFace(kind: Kind, seed: number): Promise<Buffer> {
  const { between, chance } = seededChoices(~seed); // another sequence than the drawing's
  const drawing = sharp(Buffer.from(drawAnimal(kind, seed))).flatten();
  if (chance(0.4)) drawing.blur(between(0.4, 1.3));
  const { data, info } = await drawing.raw().toBuffer({ resolveWithObject: true });
  const [warmth, contrast, grain] = [between(-0.1, 0.1), between(0.85, 1.15), between(1, 9)];
  const exposure = contrast * between(0.78, 1.22);
  const gains = [exposure * (1 + warmth), exposure, exposure * (1 - warmth)];
  const offset = 118 * (1 - contrast);
  const noise = new Float32Array(data.length);
  new MersenneTwister(seed).uniform(noise, -grain, grain);
  const pixels = new Uint8ClampedArray(data).map((value, i) => value * gains[i % 3]! + offset + noise[i]!);
  const raw = { width: info.width, height: info.height, channels: 3 } as const;
  const quality = Math.round(between(60, 95));
  return sharp(pixels, { raw }).jpeg({ quality }).toBuffer();
}
