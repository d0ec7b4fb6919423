// Which of a network's parameters a weights file provides.

import { dataError, printable } from '../core/errors.js';
import { headName } from '../model/alexnet.js';
import type { StateDict } from '../model/stateDict.js';

export interface Match {
  /** Parameters that the file provides. */
  readonly loaded: string[];
  /** Parameters that start fresh, since the file has none that fit. */
  readonly fresh: string[];
  /** Why they do, for the user. */
  readonly notes: string[];
}

type Shape = readonly number[];

const classifierPrefix = 'classifier.';

/** Of what does not fit, so many are named. */
const mostNamed = 10;

/**
 * Compares the parameters that are `wanted`, by name and shape, with those `given`. A head (`classifier.6`) for another
 * number of classes starts fresh, and so does the classifier where none is given. Anything else that does not fit is a
 * data error (exit 3) that names it. `file`: for messages.
 */
export function matchStateDict(wanted: ReadonlyMap<string, Shape>, given: StateDict, file: string): Match {
  const fresh = new Set<string>();
  const notes: string[] = [];
  const inClassifier = (name: string) => name.startsWith(classifierPrefix);
  if (![...given.keys()].some(inClassifier)) {
    for (const name of [...wanted.keys()].filter(inClassifier)) fresh.add(name);
    if (fresh.size > 0) notes.push(`'${printable(file)}' has no classifier: it starts fresh.`);
  } else {
    const classes = otherClasses(wanted, given);
    if (classes) {
      for (const name of headParameters) fresh.add(name);
      notes.push(
        `'${printable(file)}' has ${headName} for ${classes.given} classes, and ${classes.wanted} are needed: that layer starts fresh.`,
      );
    }
  }

  const misfits = [...misfitsOf(wanted, given, fresh)];
  if (misfits.length > 0) {
    const more = misfits.length > mostNamed ? [`and ${misfits.length - mostNamed} more`] : [];
    const lines = [...misfits.slice(0, mostNamed), ...more].map((line) => `\n  ${line}`).join('');
    throw dataError(
      `The weights '${printable(file)}' do not fit this AlexNet:${lines}`,
      "Weights have torchvision's names and shapes of alexnet: save model.state_dict().",
    );
  }
  return { loaded: [...wanted.keys()].filter((name) => !fresh.has(name)), fresh: [...fresh], notes };
}

const headParameters = [`${headName}.weight`, `${headName}.bias`];

/** The two numbers of classes, where the head given differs from the one wanted in that alone. */
function otherClasses(
  wanted: ReadonlyMap<string, Shape>,
  given: StateDict,
): { wanted: number; given: number } | undefined {
  const [weight, bias] = headParameters.map((name) => wanted.get(name));
  const [givenWeight, givenBias] = headParameters.map((name) => given.get(name)?.shape);
  const count = givenWeight?.[0];
  if (!weight || !bias || count === undefined || weight[0] === count) return undefined;
  const fits = sameShape(givenWeight, [count, ...weight.slice(1)]) && sameShape(givenBias, [count]);
  return fits ? { wanted: weight[0]!, given: count } : undefined;
}

/** What in `given` is not just as it is wanted, a line each; the `fresh` need not be there. */
export function* misfitsOf(
  wanted: ReadonlyMap<string, Shape>,
  given: StateDict,
  fresh: ReadonlySet<string> = new Set(),
): Generator<string> {
  for (const [name, shape] of wanted) {
    const found = given.get(name)?.shape;
    if (fresh.has(name)) continue;
    if (!found) yield `missing: ${name} [${shape}]`;
    else if (!sameShape(found, shape)) yield `${name}: expected [${shape}], found [${found}]`;
  }
  for (const [name, { shape }] of given) {
    if (!wanted.has(name)) yield `unexpected: ${printable(name.slice(0, 100))} [${shape}]`;
  }
}

const sameShape = (a: Shape | undefined, b: Shape): boolean =>
  a?.length === b.length && b.every((n, i) => n === a[i]);
