// Options of every command that computes.

import type { Device } from '../engine/device.js';
import { expected, flag, number, text } from './option.js';

const deviceForms = 'auto, cuda, cuda:N, cpu or wasm';

export const engineOptions = {
  device: text<Device>({
    flag: '--device',
    placeholder: '<device>',
    help: `what to compute on: ${deviceForms}`,
    default: 'auto',
    check: (value) => {
      if (!/^(auto|cpu|wasm|cuda(:\d{1,3})?)$/.test(value)) {
        throw expected('--device', deviceForms, value);
      }
    },
  }),
  threads: number({
    flag: '--threads',
    help: 'CPU threads that the engine may use',
    integer: true,
    min: 1,
    max: 1024,
    default: undefined,
    defaultText: 'all cores',
  }),
  workers: number({
    flag: '--workers',
    help: 'threads that decode and resize images',
    integer: true,
    min: 1,
    max: 256,
    default: undefined,
    defaultText: 'by cores',
  }),
  tf32: flag({
    flag: '--tf32',
    help: 'let a GPU round the factors of products to 10 bits: faster, and other numbers',
    default: false,
  }),
  noSetup: flag({
    flag: '--no-setup',
    help: 'fetch nothing: neither an engine nor weights (as ALEXFT_OFFLINE=1)',
    default: false,
  }),
};
