// The name and the features of this machine's CPU, by Linux's /proc/cpuinfo.

import { closeSync, openSync, readSync } from 'node:fs';

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
