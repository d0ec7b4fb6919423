// Colours: of coats (the same for cats and dogs, so that colour alone tells nothing), eyes, noses and rooms.

/** `#rrggbb` */
export type Colour = string;

const channels = (colour: Colour): number[] =>
  [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));

/** The colour `share` of the way from one to another. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  const goal = channels(to);
  const mixed = channels(from).map((value, i) => Math.round(value + ((goal[i] ?? 0) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

export const lighter = (colour: Colour, share: number): Colour => mix(colour, '#fff8ec', share);
export const darker = (colour: Colour, share: number): Colour => mix(colour, '#1a1210', share);

/** The colour, see-through: opacity 0 (not there) to 1. */
export const veil = (colour: Colour, opacity: number): Colour =>
  `rgba(${channels(colour).join()},${Math.round(opacity * 100) / 100})`;

/** 0 (black) to 1 (white). */
export function lightness(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = channels(colour);
  return (0.3 * red + 0.59 * green + 0.11 * blue) / 255;
}

/** A coat's main colour and that of its stripes, patches or mask. */
export const coats: readonly (readonly [base: Colour, marking: Colour])[] = [
  ['#34302f', '#8a6a4a'],
  ['#4c4a4d', '#2a282b'],
  ['#8d8b8e', '#4f4d52'],
  ['#7e8794', '#4b535f'],
  ['#f0ebe3', '#5a4a40'],
  ['#efe6d6', '#d08a45'],
  ['#ead2a6', '#a8713c'],
  ['#e0a458', '#a9602a'],
  ['#cf7f3a', '#8e4a1e'],
  ['#c79a6b', '#6b4526'],
  ['#9a6b43', '#4a2f1e'],
  ['#6d4630', '#33211a'],
  ['#b5a08a', '#6a5744'],
];

export const white: Colour = '#f8f3ea';
export const ink: Colour = '#241a18';

export const catEyes: readonly Colour[] = ['#8fb440', '#b9b33a', '#d9a429', '#c9782a', '#6fb3c9', '#5fa678'];
export const dogEyes: readonly Colour[] = ['#5a3419', '#6d4220', '#43260f', '#8a5a2a', '#7fb0c8', '#3a2416'];
export const pinks: readonly Colour[] = ['#e59a94', '#d9857f', '#eeb0a6', '#c97872'];

export const walls: readonly Colour[] = [
  '#d9c7a8',
  '#b9c9c4',
  '#e3b8a0',
  '#93a9c4',
  '#c8b4d0',
  '#a9bf95',
  '#e8dcc4',
  '#7f9a9a',
  '#c98f7a',
  '#5f7183',
];
export const cloths: readonly Colour[] = [
  '#8c3f3a',
  '#3f5f7f',
  '#4f7a58',
  '#b98a3a',
  '#6a4f7a',
  '#8a7a66',
  '#2f4a52',
  '#c26a4a',
  '#a8a29a',
];
export const brights: readonly Colour[] = [
  '#d8343a',
  '#2f7fc4',
  '#f0b429',
  '#3fa05a',
  '#8a4fb0',
  '#ef7f2f',
  '#e8709a',
];
export const greens: readonly Colour[] = ['#5f8f3a', '#7fae4a', '#3f6f38', '#94b85a', '#4f7f4f', '#a3a84a'];
