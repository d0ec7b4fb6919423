// safetensors files: the header and the tensors.

import { alexNet } from '../../../dist/model/alexnet.js';
import { parameterShapes } from '../../../dist/model/layers.js';
import { sizeOf } from '../../../dist/model/stateDict.js';
import { bytesInMemory } from '../../../dist/weights/formats/byteSource.js';
import { parseSafetensors } from '../../../dist/weights/formats/safetensors.js';
import type { FuzzParser } from '../parser.js';

export const safetensors: FuzzParser = {
  name: 'safetensors',
  seeds: () => [
    file({}, 0),
    file({ __metadata__: { format: 'pt' }, a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] } }, 24),
    file(
      {
        'features.0.weight': { dtype: 'F16', shape: [2, 2], data_offsets: [0, 8] },
        'ü"\\': { dtype: 'BF16', shape: [], data_offsets: [8, 10] },
        none: { dtype: 'F64', shape: [0, 4], data_offsets: [10, 10] },
        double: { dtype: 'F64', shape: [1], data_offsets: [10, 18] },
      },
      18,
    ),
    file(...twoAlexNets()),
  ],
  parse: (bytes) => parseSafetensors(bytesInMemory(bytes, 'fuzz.safetensors')),
};

/** Header and size of the tensors of two AlexNets, under different prefixes. */
function twoAlexNets(): [header: unknown, bytes: number] {
  const widths = { convolutions: [1, 1, 1, 1, 1], hidden: [1, 1] } as const;
  const shapes = alexNet({ classes: 2, widths }).flatMap(parameterShapes);
  const named = shapes.flatMap(([name, shape]) => [
    [`model.${name}`, shape] as const,
    [`ema.module.${name}`, shape] as const,
  ]);
  let end = 0;
  const header = Object.fromEntries(
    named.map(([name, shape]) => {
      const begin = end;
      end += 2 * sizeOf(shape);
      return [name, { dtype: 'F16', shape, data_offsets: [begin, end] }];
    }),
  );
  return [header, end];
}

function file(header: unknown, dataBytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes, 0x3f)]);
}
