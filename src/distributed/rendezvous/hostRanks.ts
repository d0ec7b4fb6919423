// Rank 0's side of the rendezvous.

import { createServer, isIP, type Server, type Socket } from 'node:net';
import { printable, reasonOf, UserError } from '../../core/errors.js';
import { type Fields, isCount, isObject } from '../../core/json.js';
import type { GroupPlace } from '../launchers/place.js';
import { differenceOf, type Facts } from './facts.js';
import {
  addressText,
  freePort,
  left,
  type Meeting,
  memberOf,
  protocol,
  type Ready,
  refused,
} from './meeting.js';
import { receive, send } from './messages.js';

/** Another rank. */
interface Guest {
  readonly rank: number;
  readonly socket: Socket;
  readonly host: string;
  ready?: Ready;
}

/** Listens until all other ranks have connected. */
export async function hostRanks(place: GroupPlace, time: number, signal?: AbortSignal): Promise<Meeting> {
  const { worldSize, address } = place;
  const guests = new Map<number, Guest>();
  const sockets = new Set<Socket>();
  let changed = (): void => {};
  let failure: UserError | undefined;
  const fail = (error: UserError) => {
    failure ??= error;
    changed();
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    let guest: Guest | undefined;
    const onMessage = (message: Fields) => {
      if (guest) {
        const ready = readyOf(message);
        if (ready) guest.ready = ready;
        else socket.destroy();
      } else if (message.alexft === protocol && isCount(message.rank)) {
        guest = { rank: message.rank, socket, host: hostOf(socket, place) };
        if (message.worldSize !== worldSize || guest.rank === 0 || guest.rank >= worldSize) {
          const found = `rank ${guest.rank} of ${String(message.worldSize).slice(0, 10)} (${guest.host})`;
          fail(
            refused(
              `Rank 0 expects ${worldSize - 1} more ranks of ${worldSize}, but ${found} has connected.`,
            ),
          );
        } else if (guests.has(guest.rank)) {
          fail(
            refused(`There are two ranks ${guest.rank}: ${guests.get(guest.rank)!.host} and ${guest.host}.`),
          );
        } else guests.set(guest.rank, guest);
      } else socket.destroy(); // something else that connects to ports
      changed();
    };
    receive(socket, onMessage, () => guest && fail(left(`Rank ${guest.rank} (${guest.host})`)));
  });
  const abort = () => fail(new UserError('The training was stopped before it began.'));
  signal?.addEventListener('abort', abort, { once: true });

  /** Waits until `done` is true, and fails with all other ranks where one fails. */
  const until = async (done: () => boolean): Promise<void> => {
    while (!done() && !failure) {
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
    if (!failure) return;
    for (const socket of sockets) send(socket, { refused: failure.message, exitCode: failure.exitCode });
    await close(server, sockets);
    signal?.throwIfAborted();
    throw failure;
  };
  const end = async () => {
    signal?.removeEventListener('abort', abort);
    await close(server, sockets);
  };
  await listen(server, place);
  const timer = setTimeout(() => fail(missing(place, guests, time)), time);
  await until(() => guests.size === worldSize - 1).finally(() => clearTimeout(timer));

  return {
    async agree(facts) {
      await until(() => [...guests.values()].every(({ ready }) => ready !== undefined));
      const inOrder = [...guests.values()].sort((a, b) => a.rank - b.rank);
      for (const { rank, host, ready } of inOrder) {
        const difference = differenceOf(ready!.facts, facts);
        if (difference) fail(refused(`Rank ${rank} (${host}) ${difference}`));
      }
      await until(() => true);
      const addresses = [
        addressText(address.host, await freePort()),
        ...inOrder.map(({ host, ready }) => addressText(host, ready!.port)),
      ];
      for (const { socket } of inOrder) send(socket, { addresses });
      await end(); // the port is not needed any more
      return memberOf(place, addresses);
    },
    [Symbol.asyncDispose]: end,
  };
}

async function listen(server: Server, { address: { host, port } }: GroupPlace): Promise<void> {
  // A name may be that of another interface here: Debian's own name of a machine is 127.0.1.1.
  const interfaces = isIP(host) > 0 || host === 'localhost' ? { host } : {};
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ port, ...interfaces }, resolve);
    });
  } catch (error) {
    throw new UserError(
      `Rank 0 can't listen on ${printable(addressText(host, port))}: ${printable(reasonOf(error))}.`,
      {
        hint: 'Set MASTER_PORT or --rendezvous to a free port of the machine of rank 0, on all ranks.',
        cause: error,
      },
    );
  }
}

/** Where the other ranks reach the rank at the end of `socket`. */
function hostOf({ remoteAddress = '' }: Socket, { address }: GroupPlace): string {
  const host = remoteAddress.replace(/^::ffff:/, '');
  return /^(127\.|::1$)/.test(host) ? address.host : host; // it is on this machine
}

function readyOf({ port, facts }: Fields): Ready | undefined {
  if (!isCount(port) || port < 1 || port > 65_535 || !isObject(facts)) return undefined;
  if (!Object.values(facts).every((value) => typeof value === 'string')) return undefined;
  return { port, facts: facts as Facts };
}

function missing({ worldSize, address }: GroupPlace, guests: Map<number, Guest>, time: number): UserError {
  const ranks = Array.from({ length: worldSize }, (_, rank) => rank).filter(
    (rank) => rank > 0 && !guests.has(rank),
  );
  const named = ranks.slice(0, 10).join(', ') + (ranks.length > 10 ? ', ...' : '');
  return new UserError(
    `Within ${time / 1000} s, ${ranks.length} of ${worldSize} ranks did not connect to rank 0: rank ${named}.`,
    { hint: `Were they started, and can they reach ${printable(addressText(address.host, address.port))}?` },
  );
}

async function close(server: Server, sockets: Iterable<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroySoon(); // once everything is sent
  await new Promise((resolve) => server.close(resolve));
}
