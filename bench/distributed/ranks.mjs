// Starts the ranks of a group as a launcher does, and compares what they write.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a file of this folder. */
export const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Copies about `count` images of `data` to `folder`, the same number of each class, and returns it. */
export function copyImages(data, folder, count) {
  const classes = readdirSync(data);
  const each = Math.ceil(count / classes.length);
  for (const name of classes) {
    mkdirSync(join(folder, name), { recursive: true });
    for (const file of readdirSync(join(data, name)).slice(0, each))
      cpSync(join(data, name, file), join(folder, name, file));
  }
  return folder;
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const alive = new Set();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/**
 * Starts `words` in as many processes as `size`, on the machines of ./machines.mjs in turn, or on this one. Each has
 * `child`; `ended`, a promise of its exit code or signal, and the `stdout` and `stderr` so far.
 */
export async function startRanks(size, words, { machines, restarts } = {}) {
  const place = {
    WORLD_SIZE: size,
    LOCAL_WORLD_SIZE: machines ? Math.ceil(size / machines.count) : size,
    MASTER_ADDR: machines?.address ?? '127.0.0.1',
    MASTER_PORT: await freePort(),
    ...(restarts !== undefined && { TORCHELASTIC_RESTART_COUNT: restarts }),
  };
  return Array.from({ length: size }, (_, rank) => {
    const [program, ...args] = [...(machines?.enter(rank) ?? []), ...words];
    const env = { ...process.env, ALEXFT_OFFLINE: '1', ...(size > 1 && { ...place, RANK: rank }) };
    if (machines) env.GLOO_SOCKET_IFNAME = machines.device(rank);
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    alive.add(child);
    const started = { child, stdout: '', stderr: '', end: undefined };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (piece) => {
        started[name] += piece;
      });
    }
    started.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        alive.delete(child);
        started.end = code ?? signal;
        resolve(started.end);
      });
    });
    return started;
  });
}

/** The stdout of rank 0. Throws where a rank fails. */
export async function outputOfRanks(size, words, options) {
  const ranks = await startRanks(size, words, options);
  for (const [rank, { ended }] of ranks.entries()) {
    const end = await ended;
    if (end !== 0)
      throw new Error(`rank ${rank} of ${size} of ${words[0]} ended with ${end}:\n${ranks[rank].stderr}`);
  }
  return ranks[0].stdout;
}

/** A hash of the models and the events, without times, of a run; a message where it has none. */
export function resultOf(out) {
  try {
    const hash = createHash('sha256');
    for (const name of ['model.safetensors', 'last.safetensors']) hash.update(readFileSync(join(out, name)));
    const lines = readFileSync(join(out, 'events.jsonl'), 'utf8').trim().split('\n');
    for (const { seconds: _, ...event } of lines.map((line) => JSON.parse(line)))
      if (['step', 'epoch'].includes(event.event)) hash.update(JSON.stringify(event));
    return hash.digest('hex');
  } catch (error) {
    return error.message;
  }
}
