// One thing that was looked at.

export interface Check {
  readonly name: string;
  /** Whether training works as far as this goes. */
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** What to do: always where it is not ok; where it is, what would make it better. */
  readonly fix?: string;
}

/** Nothing that keeps a training from working; `advice` is what would make it better. */
export const fine = (name: string, detail: string, advice?: string): Check => ({
  name,
  ok: true,
  detail,
  ...(advice !== undefined && { fix: advice }),
});

export const problem = (name: string, detail: string, fix: string): Check => ({
  name,
  ok: false,
  detail,
  fix,
});
