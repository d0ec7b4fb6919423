// What a command is given beside its options: whom to tell, and how it is stopped.

export interface CommandContext {
  /** Something a person should know. */
  readonly onMessage: (message: string) => void;
  /** How far a long step is. `done` and `total` are bytes or pieces, as the label says. */
  readonly onProgress: (label: string, done: number, total: number) => void;
  /** Keep TensorFlow's own log from the screen: for a process that is alexft's alone. */
  readonly hideNativeLog?: boolean | undefined;
  /** Ends the command at the next good place. */
  readonly signal?: AbortSignal | undefined;
}

/** Tells nobody and is not stopped: for programs that only want the result. */
export const silentContext: CommandContext = { onMessage: () => {}, onProgress: () => {} };

/** Whether the user lets alexft fetch what is missing. */
export const mayFetch = ({ noSetup }: { noSetup: boolean }): boolean =>
  !noSetup && !['1', 'true'].includes(process.env.ALEXFT_OFFLINE ?? '');
