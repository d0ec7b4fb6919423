// The devices that a command can ask for.

export type Device = 'auto' | 'cpu' | 'wasm' | 'cuda' | `cuda:${number}`;
