// Hides the two lines that TensorFlow 2.21 writes to stderr while its libraries are loaded, before it reads its log
// settings. Native code writes them to file descriptor 2, so JavaScript can't intercept them.

import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** TypeScript declares it only in its DOM library. */
declare const WebAssembly: { Memory: new (pages: { initial: number }) => object };

/** What TF_CPP_MIN_LOG_LEVEL=2 suppresses later: information, warnings, and absl's notice about them. */
const noise = /^(WARNING: All log messages before absl::InitializeLog\(\)|[IW]\d{4} \d\d:).*\n/gm;

/**
 * Runs `load` and hides the noise that it writes to stderr. Errors stay visible. Only safe while no other thread opens
 * files: one of them could be given descriptor 2.
 *
 * Hides nothing where stderr can't be reopened or rewound: a named FIFO (opening it waits for a reader), a socket, or a
 * system without /proc.
 */
export function withStderrHidden<T>(load: () => T): T {
  const end = endOfFile();
  if (end !== undefined) return removedFromFile(end, load);
  const copies = copiesForCapture();
  return copies === undefined ? load() : captured(copies, load);
}

/** For a terminal or a pipe: stderr reopened, and a file to write to meanwhile. */
function copiesForCapture(): { stderr: number; log: number } | undefined {
  try {
    const isPipe = readlinkSync('/proc/self/fd/2').startsWith('pipe:');
    if (!isPipe && !fstatSync(2).isCharacterDevice()) return undefined;
    const folder = mkdtempSync(join(tmpdir(), 'alexft-log-'));
    const log = openSync(join(folder, 'log'), 'w+');
    rmSync(folder, { recursive: true });
    return { log, stderr: openSync('/proc/self/fd/2', 'a') };
  } catch {
    return undefined;
  }
}

/** Redirects descriptor 2 to `log`, and prints what is not noise afterwards. */
function captured<T>({ stderr, log }: { stderr: number; log: number }, load: () => T): T {
  replaceStderr(log);
  try {
    return load();
  } finally {
    replaceStderr(stderr);
    const rest = readFileSync(log, 'utf8').replace(noise, '');
    closeSync(stderr);
    closeSync(log);
    if (rest) writeSync(2, rest);
  }
}

/** Opening a file assigns the lowest free descriptor, which is 2 here. */
function replaceStderr(descriptor: number): void {
  closeSync(2);
  openSync(`/proc/self/fd/${descriptor}`, 'a');
}

const appending = 0o2000; // O_APPEND of Linux

/** The size of the regular file that stderr is, if what is written next is appended to it. */
function endOfFile(): number | undefined {
  try {
    const status = fstatSync(2);
    if (!status.isFile()) return undefined;
    const info = readFileSync('/proc/self/fdinfo/2', 'utf8');
    const [, position, flags] = /^pos:\s*(\d+)\nflags:\s*(\d+)$/m.exec(info)!;
    const appends = (Number.parseInt(flags!, 8) & appending) !== 0 || Number(position) === status.size;
    return appends ? status.size : undefined;
  } catch {
    return undefined;
  }
}

/** For a file, which other processes may share: removes what `load` appended after `end`, if it is only noise. */
function removedFromFile<T>(end: number, load: () => T): T {
  try {
    return load();
  } finally {
    try {
      const added = readAfter(end);
      if (added !== '' && added.replace(noise, '') === '' && seek(end)) ftruncateSync(2, end);
    } catch {} // the file can't be read or truncated
  }
}

function readAfter(position: number): string {
  const file = openSync('/proc/self/fd/2', 'r');
  try {
    const bytes = Buffer.alloc(fstatSync(file).size - position);
    return bytes.toString('utf8', 0, readSync(file, bytes, { position }));
  } finally {
    closeSync(file);
  }
}

/** Sets the position of stderr. WASI has the only lseek(2) in Node. Returns whether it succeeded. */
function seek(position: number): boolean {
  const { emitWarning } = process;
  process.emitWarning = () => {}; // WASI is experimental
  try {
    const { WASI } = createRequire(import.meta.url)('node:wasi') as typeof import('node:wasi');
    const wasi = new WASI({ version: 'preview1' });
    wasi.initialize({ exports: { memory: new WebAssembly.Memory({ initial: 1 }) } });
    const { fd_seek } = wasi.wasiImport as { fd_seek: (...values: unknown[]) => number };
    return fd_seek(2, BigInt(position), 0, 0) === 0;
  } finally {
    process.emitWarning = emitWarning;
  }
}
