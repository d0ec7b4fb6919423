// The properties of this machine that decide which native engine it can run.

import { closeSync, openSync, readSync } from 'node:fs';
import { release } from 'node:os';

export interface Platform {
  readonly os: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** glibc's version; undefined on Linux with another C library (Alpine's musl). */
  readonly glibc: string | undefined;
  /** CPU features by their names in /proc/cpuinfo; undefined if unknown. */
  readonly cpuFlags: readonly string[] | undefined;
  /** The kernel's version (os.release()). */
  readonly release?: string;
}

export function thisPlatform(): Platform {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  const before = report.excludeNetwork ?? false;
  report.excludeNetwork = true; // resolving the host names of open connections can take seconds
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
  report.excludeNetwork = before;
  return {
    os: process.platform,
    arch: process.arch,
    glibc: header?.glibcVersionRuntime,
    cpuFlags: firstProcessor().flags?.split(' '),
    release: release(),
  };
}

export interface Processor {
  readonly name?: string;
  readonly flags?: string;
  /** The flags of an ARM CPU. */
  readonly features?: string;
}

/** The first processor in /proc/cpuinfo, whose content is `text`; empty if the file does not exist. */
export function firstProcessor(text: string = startOfCpuinfo()): Processor {
  const field = (name: string) => new RegExp(`^${name}\\s*: (.*)\\n`, 'm').exec(text)?.[1]?.trim();
  const [name, flags, features] = [field('model name'), field('flags'), field('Features')];
  return {
    ...(name !== undefined && { name }),
    ...(flags !== undefined && { flags }),
    ...(features !== undefined && { features }),
  };
}

function startOfCpuinfo(): string {
  try {
    // One processor's entry is about 2 KB; reading the whole file takes milliseconds on machines with many cores.
    const file = openSync('/proc/cpuinfo', 'r');
    const start = Buffer.alloc(8192);
    const text = start.toString('latin1', 0, readSync(file, start));
    closeSync(file);
    return text;
  } catch {
    return '';
  }
}
