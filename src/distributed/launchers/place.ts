// The place of this process in a group: from options, or from the launcher that has started it.

import { printable, quoted, usageError } from '../../core/errors.js';
import { type Launcher, launchers } from './launchers.js';
import { type Address, LauncherProblem, type Place, type Variables } from './variables.js';

/** The options of a group that is started by hand. */
export interface GivenPlace {
  /** `HOST:PORT` of rank 0. */
  readonly rendezvous?: string | undefined;
  readonly rank?: number | undefined;
  readonly worldSize?: number | undefined;
}

/** A place with the address of rank 0. */
export type GroupPlace = Place & { readonly address: Address };

/**
 * The place of this process, or undefined where it is alone. Throws a usage error where options and variables are
 * incomplete, wrong or contradict each other.
 */
export function placeOf(given: GivenPlace, env: NodeJS.ProcessEnv): GroupPlace | undefined {
  const byHand = givenPlace(given);
  const found = byHand ? { name: '--rank', place: byHand } : launched(env);
  if (!found) {
    if (given.rendezvous === undefined) return undefined;
    throw usageError(
      '--rendezvous needs the number of this process and that of all.',
      'Add --rank R --world-size N, or start alexft with a launcher (docs/distributed.md).',
    );
  }
  const { name, place } = found;
  if (place.worldSize < 1 || place.rank >= place.worldSize) {
    throw usageError(
      `Expected a rank below the world size but ${name} gives rank ${place.rank} of ${place.worldSize}.`,
    );
  }
  if (place.worldSize === 1) return undefined;
  const address = given.rendezvous === undefined ? place.address : addressOf(given.rendezvous);
  if (address && address.port > 0 && address.port <= 65_535) return { ...place, address };
  if (address)
    throw usageError(`Expected a port between 1 and 65535 for rank 0 but ${name} gives ${address.port}.`);
  throw usageError(
    `${name} does not give the address of rank 0.`,
    'Set MASTER_ADDR and MASTER_PORT, or give --rendezvous HOST:PORT.',
  );
}

/** How often the launcher has started the group again, of one process, too. */
export const restartsOf = (given: GivenPlace, env: NodeJS.ProcessEnv): number =>
  (givenPlace(given) ? undefined : launched(env)?.place.restarts) ?? 0;

function givenPlace({ rank, worldSize }: GivenPlace): Place | undefined {
  if (rank === undefined && worldSize === undefined) return undefined;
  if (rank === undefined) throw usageError('--world-size needs --rank.');
  if (worldSize === undefined) throw usageError('--rank needs --world-size.');
  return { rank, worldSize };
}

function addressOf(text: string): Address {
  const [, host, port] = /^\[?([^\s/]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && Number(port) > 0 && Number(port) <= 65_535) return { host, port: Number(port) };
  throw usageError(`Expected HOST:PORT for --rendezvous but received ${quoted(text)}.`);
}

interface Launched {
  readonly name: string;
  readonly place: Place;
}

function launched(env: NodeJS.ProcessEnv): Launched | undefined {
  const present = launchers.filter(({ marks }) => marks.some((mark) => isSet(env, mark)));
  // Of launchers inside each other, the innermost has started this process.
  const inner = present.filter(({ starts = [] }) => !present.some(({ name }) => starts.includes(name)));
  const readOf = (launcher: Launcher) => ({ name: launcher.name, place: read(launcher, env), launcher });
  const [first, ...others] = inner.map(readOf);
  if (!first) return undefined;
  const isSame = ({ place }: typeof first) =>
    place.rank === first.place.rank && place.worldSize === first.place.worldSize;
  const other = others.find((each) => !isSame(each));
  if (!other) {
    if (first.place.address) return first;
    // srun gives its place by PMI's variables, too, which lack the address.
    const outer = present.filter((launcher) => !inner.includes(launcher)).map(readOf);
    return [...others, ...outer].find((each) => each.place.address && isSame(each)) ?? first;
  }
  const words = ({ name, place, launcher }: typeof first) =>
    `rank ${place.rank} of ${place.worldSize} (${name}: ${launcher.marks.join(', ')})`;
  throw usageError(
    `The environment has two places for this process: ${words(first)} and ${words(other)}.`,
    'Unset the variables of one of them, or give --rank, --world-size and --rendezvous.',
  );
}

const isSet = (env: NodeJS.ProcessEnv, name: string): boolean => env[name] !== undefined && env[name] !== '';

function read(launcher: Launcher, env: NodeJS.ProcessEnv): Place {
  const text = (name: string): string => {
    if (isSet(env, name)) return env[name]!;
    throw new LauncherProblem(`${name} is not set`);
  };
  const count = (name: string): number => {
    const value = text(name);
    if (/^\d{1,10}$/.test(value)) return Number(value);
    throw new LauncherProblem(`${name} is '${value.slice(0, 40)}', not a number`);
  };
  const variables: Variables = {
    text,
    count,
    has: (name) => isSet(env, name),
    optionalCount: (name) => (isSet(env, name) ? count(name) : undefined),
  };
  try {
    return launcher.read(variables);
  } catch (error) {
    if (!(error instanceof LauncherProblem)) throw error;
    throw usageError(
      `This process seems to be started by ${launcher.name} (${launcher.marks.filter((mark) => isSet(env, mark)).join(', ')}), ` +
        `but ${printable(error.message)}.`,
      'Set all variables of the launcher, or unset them for one process.',
    );
  }
}
