// Two "machines": network namespaces joined by a link (a veth pair) of a given bandwidth. Needs root.

import { execFileSync, spawnSync } from 'node:child_process';

const addresses = ['10.77.0.1', '10.77.0.2'];

/** Of the link, there and back. */
const roundTrip = '0.2ms';

/** Why there can't be any here, or undefined. */
export function withoutMachines() {
  const { status, stderr, error } = spawnSync('ip', ['netns', 'add', `alexft-${process.pid}`]);
  if (status !== 0) return `network namespaces: ${error?.message ?? stderr.toString().trim()}`;
  ip('netns', 'del', `alexft-${process.pid}`);
  return undefined;
}

/**
 * `gigabits`: of the link, per second; undefined for as many as it does. They are removed at the end of the process.
 */
export function makeMachines(gigabits) {
  const names = addresses.map((_, index) => `alexft-${process.pid}-${index}`);
  const remove = () => {
    for (const name of names) spawnSync('ip', ['netns', 'del', name]); // and the link with them
    process.off('exit', remove);
  };
  process.once('exit', remove);
  for (const name of names) ip('netns', 'add', name);
  ip('link', 'add', 'link0', 'netns', names[0], 'type', 'veth', 'peer', 'name', 'link1', 'netns', names[1]);
  for (const [index, name] of names.entries()) {
    ip('-n', name, 'addr', 'add', `${addresses[index]}/24`, 'dev', `link${index}`);
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('-n', name, 'link', 'set', `link${index}`, 'up');
  }
  const hasDelay =
    gigabits === undefined || names.map((name, index) => shape(name, `link${index}`, gigabits))[0];
  return {
    count: names.length,
    address: addresses[0],
    /** Whether the link has the round trip of 0.2 ms, or that of the kernel alone. */
    hasDelay,
    /** The words before a command that runs on the machine of `rank`. */
    enter: (rank) => ['ip', 'netns', 'exec', names[rank % names.length]],
    /** For PyTorch's gloo, which would take the interface of the machine's name. */
    device: (rank) => `link${rank % names.length}`,
    cut: () => ip('-n', names[1], 'link', 'set', 'link1', 'down'),
    join: () => ip('-n', names[1], 'link', 'set', 'link1', 'up'),
    remove,
  };
}

/** Limits what leaves the machine. Not every kernel has netem. */
function shape(name, device, gigabits) {
  const rate = `${gigabits}gbit`;
  const add = (...words) =>
    spawnSync('tc', ['-n', name, 'qdisc', 'add', 'dev', device, 'root', ...words]).status === 0;
  const half = `${Number.parseFloat(roundTrip) / 2}ms`;
  if (add('netem', 'delay', half, 'rate', rate, 'limit', '100000')) return true;
  // Not less than what a tick of the kernel's clock sends.
  if (!add('tbf', 'rate', rate, 'burst', '1mb', 'latency', '50ms'))
    throw new Error(`tc can't limit ${device}`);
  return false;
}

const ip = (...words) => execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] });
