// What both sides of the rendezvous share.

import { createServer } from 'node:net';
import { UserError, usageError } from '../../core/errors.js';
import type { GroupMember } from '../../engine/group/group.js';
import type { Place } from '../launchers/variables.js';
import type { Facts } from './facts.js';

/** Connected to the other ranks. Disposing of it before they agree makes them fail. */
export interface Meeting extends AsyncDisposable {
  /** Waits for the facts of all ranks. Throws a usage error that names what differs. */
  agree(facts: Facts): Promise<GroupMember>;
}

/** A port that is free now. TensorFlow takes it some seconds later. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const protocol = 1;

/** What a rank says first, and once it knows its facts. */
export interface Hello {
  readonly alexft: typeof protocol;
  readonly rank: number;
  readonly worldSize: number;
}
export interface Ready {
  readonly port: number;
  readonly facts: Facts;
}

/** `host:port`, with brackets around an IPv6 address. */
export const addressText = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** For a rank that was there and is not any more. */
export const left = (who: string): UserError =>
  new UserError(`${who} has ended before the training began.`, { hint: 'See the messages of that rank.' });

/** For ranks that do not fit together. */
export const refused = (reason: string): UserError =>
  usageError(reason, 'Start all ranks with the same command, data and version of alexft.');

/** What a rank needs to join, once it knows all addresses. */
export function memberOf(
  { rank, localSize, localRank, cores }: Place,
  addresses: readonly string[],
): GroupMember {
  const hostOf = (address: string | undefined) => address?.replace(/:\d+$/, '');
  const isHere = (address: string) => hostOf(address) === hostOf(addresses[rank]);
  return {
    ...{ rank, addresses, cores },
    localSize: localSize ?? addresses.filter(isHere).length,
    localRank: localRank ?? addresses.slice(0, rank).filter(isHere).length,
  };
}
