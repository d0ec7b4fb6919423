// The context of a command, and the profile it reports. Public types, which name no symbol of newer JavaScript.

import type { Context } from '../core/context.js';
import type { Division, Phase } from './division.js';

/** The context of a command, some of which can be profiled. */
export interface CommandContext extends Context {
  /** Called with the profile at the end of a command that has the option `profile`. */
  readonly onProfile?: ((profile: Profile) => void) | undefined;
  /** Whether the process runs this command only. Its profile then includes the start of the process. */
  readonly ownProcess?: boolean | undefined;
}

export interface Profile {
  /** The trace file; undefined if it could not be written. */
  readonly file: string | undefined;
  /** Wall-clock time of the command, or of the process if it runs this command only. */
  readonly seconds: number;
  readonly cores: number;
  readonly division: Division;
  readonly phases: readonly Phase[];
  /** Core-seconds used by other processes. Undefined if the machine has more cores than this process may use. */
  readonly others: number | undefined;
  /** False if the recording reached its memory limit before the command ended. */
  readonly complete: boolean;
}
