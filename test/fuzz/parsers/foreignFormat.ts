// The formats of other programs, by the first bytes of a file.

import { dataError } from '../../../dist/core/errors.js';
import { foreignFormat as identify } from '../../../dist/weights/foreignFormats.js';
import type { FuzzParser } from '../parser.js';

const starts = [
  ...['version https://git-lfs', '<!doctype html>', '{"a":1}', '\x89HDF\r\n\x1a\n', '\x20\0\0\0TFL3'],
  ...['\x08\x08\x12\x07pytorch', '\x93NUMPY', '\x80\x02}', '\x1f\x8b'],
];

export const foreignFormat: FuzzParser = {
  name: 'foreign-format',
  seeds: () => [
    Buffer.from('text'),
    ...starts.flatMap((start) => {
      const bytes = Buffer.from(start, 'latin1');
      return [
        bytes,
        Buffer.concat([bytes, Buffer.alloc(16)]),
        Buffer.concat(Array(50).fill(bytes)).subarray(0, 512),
      ];
    }),
  ],
  parse: (bytes) => {
    if (!identify(bytes)) throw dataError('an unknown format');
  },
};
