// The values of --augment: random transforms of training images, with parameters.

export interface Augmentations {
  readonly flip: boolean;
  /** The smallest share of an image's area that a crop has. */
  readonly crop?: number;
  /** `strength`: of brightness, contrast and saturation. */
  readonly jitter?: { readonly strength: number; readonly hue: number };
  /** The probability of an erased rectangle. */
  readonly erase?: number;
}

/** Of each parameter: its default, and its smallest and largest value. */
const parameters: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  flip: [],
  crop: [[0.35, 0.01, 1]],
  jitter: [
    [0.2, 0, 1],
    [0.02, 0, 0.5],
  ],
  erase: [[0.25, 0, 1]],
};

/** A list such as `flip,crop:0.35,jitter:0.2:0.02`, or `none`; undefined where it is neither. */
export function augmentationsIn(text: string): Augmentations | undefined {
  if (text === 'none') return { flip: false };
  const found = new Map<string, number[]>();
  for (const item of text.split(',')) {
    const [name, ...given] = item.split(':') as [string, ...string[]];
    const known = Object.hasOwn(parameters, name) ? parameters[name]! : undefined;
    if (!known || found.has(name) || given.length > known.length) return undefined;
    if (!given.every((value, index) => isBetween(value, known[index]!))) return undefined;
    found.set(
      name,
      known.map(([usual], index) => Number(given[index] ?? usual)),
    );
  }
  const [crop, jitter, erase] = ['crop', 'jitter', 'erase'].map((name) => found.get(name));
  return {
    flip: found.has('flip'),
    ...(crop && { crop: crop[0]! }),
    ...(jitter && { jitter: { strength: jitter[0]!, hue: jitter[1]! } }),
    ...(erase && { erase: erase[0]! }),
  };
}

const isBetween = (text: string, [, least, most]: readonly [number, number, number]): boolean =>
  /^(\d+\.?\d*|\.\d+)$/.test(text) && Number(text) >= least && Number(text) <= most;

/** Whether the list has a transform with more than two results, of which each epoch samples others. */
export const isVaried = (augment: string): boolean => augment !== 'none' && augment !== 'flip';
