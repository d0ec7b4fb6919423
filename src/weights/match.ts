// Compares the parameters of a network with the contents of a weights file, like load_state_dict in PyTorch.

import { dataError, printable } from '../core/errors.js';
import { headName } from '../model/alexnet.js';

export interface Match {
  /** Parameters to load from the file. */
  readonly loaded: string[];
  /** Parameters to initialize randomly: the file has none that fit. */
  readonly fresh: string[];
  /** The reasons, for the user. */
  readonly notes: string[];
}

type Shape = readonly number[];

/** Tensors by name, of which only the shapes matter here. */
export type Shapes = ReadonlyMap<string, { readonly shape: Shape }>;

const classifierPrefix = 'classifier.';

/** The maximum number of mismatches of each kind in an error message. */
const maxListed = 10;

/**
 * Compares the `wanted` parameters with the `given` ones by name and shape. A head (`classifier.6`) for another number
 * of classes is initialized randomly, and so is the whole classifier if none is given. Throws a data error (exit 3)
 * that lists all other mismatches. `file`: for messages.
 */
export function matchStateDict(wanted: ReadonlyMap<string, Shape>, given: Shapes, file: string): Match {
  const fresh = new Set<string>();
  const notes: string[] = [];
  const inClassifier = (name: string) => name.startsWith(classifierPrefix);
  if (![...given.keys()].some(inClassifier)) {
    for (const name of [...wanted.keys()].filter(inClassifier)) fresh.add(name);
    if (fresh.size > 0) notes.push(`'${printable(file)}' has no classifier: it is initialized randomly.`);
  } else {
    const classes = differentClasses(wanted, given);
    if (classes) {
      for (const name of headParameters) fresh.add(name);
      notes.push(
        `'${printable(file)}' has ${headName} for ${classes.given} classes, expected ${classes.wanted}: the layer is initialized randomly.`,
      );
    }
  }

  const misfits = [
    ...firstOf([...wrongOf(wanted, given, fresh)]),
    ...firstOf([...unexpectedOf(wanted, given)]),
  ];
  if (misfits.length > 0) {
    const lines = misfits.map((line) => `\n  ${line}`).join('');
    throw dataError(
      `The weights '${printable(file)}' don't fit this AlexNet:${lines}`,
      "Use the names and shapes of torchvision's alexnet: save model.state_dict().",
    );
  }
  return { loaded: [...wanted.keys()].filter((name) => !fresh.has(name)), fresh: [...fresh], notes };
}

const firstOf = (lines: readonly string[]): string[] =>
  lines.length <= maxListed
    ? [...lines]
    : [...lines.slice(0, maxListed), `and ${lines.length - maxListed} more`];

const headParameters = [`${headName}.weight`, `${headName}.bias`];

/** The two numbers of classes, if the heads differ in nothing else. */
function differentClasses(
  wanted: ReadonlyMap<string, Shape>,
  given: Shapes,
): { wanted: number; given: number } | undefined {
  const [weight, bias] = headParameters.map((name) => wanted.get(name));
  const [givenWeight, givenBias] = headParameters.map((name) => given.get(name)?.shape);
  const count = givenWeight?.[0];
  if (!weight || !bias || count === undefined || weight[0] === count) return undefined;
  const fits = sameShape(givenWeight, [count, ...weight.slice(1)]) && sameShape(givenBias, [count]);
  return fits ? { wanted: weight[0]!, given: count } : undefined;
}

/** Describes each parameter that is missing, unexpected or of another shape. */
export function* misfitsOf(wanted: ReadonlyMap<string, Shape>, given: Shapes): Generator<string> {
  yield* wrongOf(wanted, given, new Set());
  yield* unexpectedOf(wanted, given);
}

/** The `fresh` ones may be missing. */
function* wrongOf(
  wanted: ReadonlyMap<string, Shape>,
  given: Shapes,
  fresh: ReadonlySet<string>,
): Generator<string> {
  for (const [name, shape] of wanted) {
    const found = given.get(name)?.shape;
    if (fresh.has(name)) continue;
    if (!found) yield `missing: ${name} [${shape}]`;
    else if (!sameShape(found, shape)) yield `${name}: expected [${shape}], found [${found}]`;
  }
}

function* unexpectedOf(wanted: ReadonlyMap<string, Shape>, given: Shapes): Generator<string> {
  for (const [name, { shape }] of given) {
    if (!wanted.has(name)) yield `unexpected: ${printable(name.slice(0, 100))} [${shape}]`;
  }
}

const sameShape = (a: Shape | undefined, b: Shape): boolean =>
  a?.length === b.length && b.every((n, i) => n === a[i]);
