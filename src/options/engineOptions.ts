// Options of every command that computes.

import type { Device } from '../engine/device.js';
import { type Precision, precisions } from '../engine/precision.js';
import { expected } from './option.js';
import { choice, flag, number, text } from './optionKinds.js';

const devices = 'auto, cuda, cuda:N, cpu or wasm';

export const engineOptions = {
  device: text<Device>({
    flag: '--device',
    placeholder: '<device>',
    group: 'Device and speed',
    help: `device to compute on: ${devices}`,
    default: 'auto',
    examples: ['auto', 'cpu', 'cuda', 'wasm'],
    check: (value) => {
      if (!/^(auto|cpu|wasm|cuda(:\d{1,3})?)$/.test(value)) {
        throw expected('--device', devices, value);
      }
    },
  }),
  threads: number({
    flag: '--threads',
    group: 'Device and speed',
    help: 'CPU threads for computing',
    integer: true,
    min: 1,
    max: 1024,
    default: undefined,
    defaultText: 'all cores',
  }),
  workers: number({
    flag: '--workers',
    group: 'Device and speed',
    help: 'threads that decode and resize images',
    integer: true,
    min: 1,
    max: 256,
    default: undefined,
    defaultText: 'depends on the cores',
  }),
  precision: choice<Precision>(precisions, {
    flag: '--precision',
    group: 'Device and speed',
    help: 'precision of convolutions and matrix products; --tf32 is short for tf32, which needs a GPU',
    default: 'float32',
    alias: { flag: '--tf32', value: 'tf32' },
  }),
  noSetup: flag({
    flag: '--no-setup',
    group: 'Device and speed',
    help: 'do not download engines or weights (like ALEXFT_OFFLINE=1)',
    default: false,
  }),
};
