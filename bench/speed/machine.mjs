// What figures were measured on, and with.

import { availableParallelism, cpus, totalmem } from 'node:os';
import { version } from '../../dist/core/version.js';
import { versionsOf } from '../pytorch.mjs';

export async function circumstances({ python, device }) {
  return {
    date: new Date().toISOString().slice(0, 10),
    device,
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memory: totalmem(),
      system: `${process.platform} ${process.arch}`,
    },
    versions: { alexft: version, node: process.version, python: versionsOf(python) },
  };
}
