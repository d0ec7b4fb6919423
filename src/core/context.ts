// What a command is given beside its options: whom to tell, and how it is stopped.

import type { Profile } from '../profile/profile.js';

/** What `onProgress` counts. */
export type Unit = 'bytes' | 'images' | 'files' | 'steps';

export interface CommandContext {
  /** Something a person should know. */
  readonly onMessage: (message: string) => void;
  /** How far a long step is; `total` is 0 while nobody knows it. */
  readonly onProgress: (label: string, done: number, total: number, unit: Unit) => void;
  /** Keep TensorFlow's own log from the screen: for a process that is alexft's alone. */
  readonly hideNativeLog?: boolean | undefined;
  /** Hears where the time went, at the end of a command that is given a `profile`. */
  readonly onProfile?: ((profile: Profile) => void) | undefined;
  /** Whether the process is the command's alone: then its profile begins where the process did. */
  readonly ownProcess?: boolean | undefined;
  /** Ends the command at the next good place. */
  readonly signal?: AbortSignal | undefined;
}

/** Tells nobody and is not stopped: for programs that only want the result. */
export const silentContext: CommandContext = { onMessage: () => {}, onProgress: () => {} };

/** Tells of a scan, which knows how many files there are only when it is over. */
export function scanProgress({ onProgress }: CommandContext): (more: number) => void {
  let found = 0;
  return (more) => {
    found += more;
    onProgress('Scanning', found, 0, 'files');
  };
}

/** Whether the user lets alexft fetch what is missing. */
export const mayFetch = ({ noSetup }: { noSetup: boolean }): boolean =>
  !noSetup && !['1', 'true'].includes(process.env.ALEXFT_OFFLINE ?? '');
