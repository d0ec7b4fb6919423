// What operations take besides their options: callbacks and a signal.

/** The unit of a progress count. */
export type Unit = 'bytes' | 'images' | 'files' | 'steps';

export interface Context {
  /** Called with messages for the user. */
  readonly onMessage: (message: string) => void;
  /** Called with the progress of a long step. `total` is 0 while it is unknown. */
  readonly onProgress: (label: string, done: number, total: number, unit: Unit) => void;
  /** Keeps TensorFlow's own log from stderr; for processes that run nothing but alexft. */
  readonly hideNativeLog?: boolean | undefined;
  /** Ends the operation at the next safe point. */
  readonly signal?: AbortSignal | undefined;
}

/** A context without output and without a signal. */
export const silentContext: Context = { onMessage: () => {}, onProgress: () => {} };

/** Returns a callback for the number of files that a scan has found since the last call; their total is unknown. */
export function scanProgress({ onProgress }: Context): (more: number) => void {
  let found = 0;
  return (more) => {
    found += more;
    onProgress('Scanning', found, 0, 'files');
  };
}

/** Whether downloads are allowed: neither --no-setup nor ALEXFT_OFFLINE is set. */
export const mayFetch = ({ noSetup }: { noSetup: boolean }): boolean =>
  !noSetup && !['1', 'true'].includes(process.env.ALEXFT_OFFLINE ?? '');
