// Selects the tensors of a network in a file: those that fit AlexNet, under any key and with any prefix, as training
// programs save them.

import { dataError, printable, quoted, UserError } from '../core/errors.js';
import { fitOrMisfit } from './fitAlexNet.js';

/** Tensors by name. `path`: the keys that lead to them in the file, joined by dots. */
export interface TensorGroup<T> {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, T>;
}

interface Shaped {
  readonly shape: readonly number[];
}

export const joinPath = (path: string, key: string): string => (path && key ? `${path}.${key}` : path || key);

/** What DataParallel, torch.compile, FSDP and similar wrappers insert into the names of parameters. */
const wrappers = '(?:(?:module|_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|model)\\.)*';
const parameterName = new RegExp(
  `^(?:(.*)\\.)?(features|classifier)\\.${wrappers}(\\d+)\\.${wrappers}(weight|bias)$`,
  's',
);
const longestName = 300;

/** The parameters of the five convolutions. A malicious file can have thousands of prefixes. */
const fewest = 10;

/** Keys for a network in a checkpoint, by priority. */
const usualKeys = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'weights', 'params'];

/** Keys for anything else: averages of a network, other networks of a training, and the optimizer. */
const otherKeys = /(?:^|[^a-z])(?:ema|swa|avg|average|shadow|teacher|momentum|target|optim)/i;

/** The number of keys in a message. */
const maxListed = 5;

/**
 * The AlexNet in `groups`, with torchvision's names. Without one: the most likely state dict as it is. If there are
 * several, the one whose path names it as the model, with a note for the user. `key`: limits the search to a path.
 * Throws a data error (exit 3) if there is none, or no way to choose.
 */
export function selectTensors<T extends Shaped>(
  groups: readonly TensorGroup<T>[],
  file: string,
  key: string | undefined,
): { tensors: ReadonlyMap<string, T>; note?: string } {
  const networks = groups.flatMap((group) => alexNetsIn(group));
  const isNamed = ({ path }: TensorGroup<T>) =>
    key === undefined || path === key || path.startsWith(`${key}.`);
  const fitting = networks.filter(isNamed);
  const candidates = fitting.length > 0 ? fitting : groups.map(withoutPrefix).filter(isNamed);
  const ranked = candidates
    .map((candidate) => ({ ...candidate, rank: rankOf(candidate.path) }))
    .sort((a, b) => a.rank - b.rank);
  const [best, second] = ranked;
  if (!best) {
    throw dataError(
      `'${printable(file)}' has no tensors under '${printable(key ?? '')}'.`,
      `It has: ${listed(networks.length > 0 ? networks : groups)}.`,
    );
  }
  if (second?.rank === best.rank) {
    throw dataError(
      `Expected one state dict in '${printable(file)}' but found several: ${listed(ranked)}.`,
      `Choose one with --weights 'FILE#KEY', or save it: torch.save(model.state_dict(), "weights.pth")`,
    );
  }
  if (fitting.length < 2) return best;
  const note = `'${printable(file)}' contains several AlexNets: ${listed(ranked)}. Using '${printable(best.path)}'. To choose another one: --weights '${printable(file)}#${printable(second!.path)}'.`;
  return { ...best, note };
}

const listed = (groups: readonly { path: string }[]): string => {
  const more = groups.length > maxListed ? [`and ${groups.length - maxListed} more`] : [];
  return [...groups.slice(0, maxListed).map(({ path }) => quoted(path)), ...more].join(', ');
};

/** Lower is more likely. */
function rankOf(path: string): number {
  const keys = path.split('.');
  if (keys.some((key) => otherKeys.test(key))) return usualKeys.length + 2;
  const ranks = keys.map((key) => usualKeys.indexOf(key)).filter((rank) => rank >= 0);
  return Math.min(...ranks, usualKeys.length + (path === '' ? 0 : 1));
}

/** The networks in a state dict, which can be attributes of a larger module. */
function alexNetsIn<T extends Shaped>({ path, tensors }: TensorGroup<T>): TensorGroup<T>[] {
  const networks = new Map<string, Map<string, T>>();
  const others: [name: string, tensor: T][] = [];
  for (const [name, tensor] of tensors) {
    const match = name.length <= longestName && parameterName.exec(name);
    if (match) {
      const [, prefix = '', part, layer, kind] = match;
      const network = networks.get(prefix) ?? new Map<string, T>();
      const parameter = `${part}.${layer}.${kind}`;
      networks.set(prefix, network.set(network.has(parameter) ? `${name}, twice` : parameter, tensor));
    } else if (tensor.shape.length > 0) others.push([name, tensor]); // a scalar is a counter or a metric
  }
  return [...networks]
    .filter(([, network]) => network.size >= fewest && !(fitOrMisfit(network, '') instanceof UserError))
    .filter(([prefix]) => !others.some(([name]) => prefix === '' || name.startsWith(`${prefix}.`)))
    .map(([prefix, network]) => ({ path: joinPath(path, prefix), tensors: network }));
}

/** Without the prefix that a wrapper of the whole network adds. */
function withoutPrefix<T>({ path, tensors }: TensorGroup<T>): TensorGroup<T> {
  const [first = ''] = tensors.keys();
  const prefix = /^(?:(?:module|_orig_mod)\.)+/.exec(first.slice(0, longestName))?.[0] ?? '';
  if (![...tensors.keys()].every((name) => name.startsWith(prefix))) return { path, tensors };
  return {
    path,
    tensors: new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor])),
  };
}
