// The side of the other ranks in the rendezvous.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type ExitCode, printable, reasonOf, UserError } from '../../core/errors.js';
import type { Fields } from '../../core/json.js';
import type { GroupPlace } from '../launchers/place.js';
import {
  addressText,
  freePort,
  type Hello,
  left,
  type Meeting,
  memberOf,
  protocol,
  type Ready,
} from './meeting.js';
import { receive, send } from './messages.js';

/** Connects to rank 0, which may start later. */
export async function joinHost(place: GroupPlace, time: number, signal?: AbortSignal): Promise<Meeting> {
  const { rank, worldSize, address } = place;
  const host = addressText(address.host, address.port);
  const socket = await connectWithin(place, host, time, signal);
  const answer = new Promise<Fields | undefined>((resolve) => {
    receive(socket, resolve, () => resolve(undefined));
  });
  const hello: Hello = { alexft: protocol, rank, worldSize };
  send(socket, hello);
  const abort = () => socket.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  return {
    async agree(facts) {
      const ready: Ready = { port: await freePort(), facts };
      send(socket, ready);
      const message = await answer;
      signal?.throwIfAborted();
      if (typeof message?.refused === 'string') {
        throw new UserError(message.refused, { exitCode: (Number(message.exitCode) || 1) as ExitCode });
      }
      const addresses = message?.addresses;
      if (!Array.isArray(addresses) || addresses.length !== worldSize)
        throw left(`Rank 0 (${printable(host)})`);
      return memberOf(place, addresses.map(String));
    },
    async [Symbol.asyncDispose]() {
      signal?.removeEventListener('abort', abort);
      socket.end();
    },
  };
}

async function connectWithin(
  { address }: GroupPlace,
  host: string,
  time: number,
  signal?: AbortSignal,
): Promise<Socket> {
  const deadline = Date.now() + time;
  for (;;) {
    const socket = connect({ ...address, timeout: 5000 }).once('timeout', () =>
      socket.destroy(new Error('no answer')),
    );
    try {
      await once(socket, 'connect', { signal });
      socket.setTimeout(0);
      return socket;
    } catch (error) {
      socket.destroy();
      signal?.throwIfAborted();
      if (Date.now() < deadline) await delay(200, undefined, { signal });
      else {
        throw new UserError(
          `Within ${time / 1000} s, rank 0 did not answer at ${printable(host)}: ${printable(reasonOf(error))}.`,
          { hint: 'Was rank 0 started, and is that its address?', cause: error },
        );
      }
    }
  }
}
