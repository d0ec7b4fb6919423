// Which thread of this process works with files: libuv gives them to threads of its own, and strace counts the calls of
// each thread alone. With UV_THREADPOOL_SIZE=1 there is one.

import { readdirSync, readFileSync } from 'node:fs';

/** The thread, by its Linux id, that wrote most while `write` ran. */
export async function threadOfFiles(write: () => Promise<void>): Promise<number> {
  const before = new Map(threads().map((thread) => [thread, written(thread)]));
  await write();
  const grown = threads().map((thread) => ({ thread, by: written(thread) - (before.get(thread) ?? 0) }));
  return grown.reduce((most, each) => (each.by > most.by ? each : most)).thread;
}

const threads = (): number[] => readdirSync('/proc/self/task').map(Number);

const written = (thread: number): number =>
  Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/self/task/${thread}/io`, 'latin1'))?.[1] ?? 0);
