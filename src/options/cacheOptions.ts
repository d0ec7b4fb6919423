// The command that tells of the cache and clears it: what it can do.

const forms = {
  '': 'what is in the cache, and how much it takes',
  'clear [PART...]': 'remove parts of it: features (the default), weights, engines',
} as const;

/** A line for each, as it is typed. */
export const cacheForms: readonly string[] = Object.entries(forms).map(
  ([words, help]) => `  ${`alexft cache ${words}`.padEnd(32)}${help}`,
);
