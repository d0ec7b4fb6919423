/** A device that a user can request: `auto` is the best that works; `cuda` is the first GPU. */
export type Device = 'auto' | 'cpu' | 'wasm' | 'cuda' | `cuda:${number}`;
