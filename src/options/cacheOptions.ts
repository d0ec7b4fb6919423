// The actions of `alexft cache`.

const actions = {
  '': 'list the contents of the cache and their size',
  'clear [PART...]': 'remove parts of it: features (default), weights, engines',
} as const;

/** A usage line per action. */
export const cacheForms: readonly string[] = Object.entries(actions).map(
  ([words, help]) => `  ${`alexft cache ${words}`.padEnd(32)}${help}`,
);
