// The properties of this machine that decide which native engine it can run.

import { release } from 'node:os';
import { firstProcessor } from './processor.js';

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
