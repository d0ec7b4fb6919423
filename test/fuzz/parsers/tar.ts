// The reader of one member of a .tar.gz: of damaged archives, and of archives of damaged tars.

import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { unpackMember } from '../../../dist/weights/tarMember.js';
import { torchFiles, unpacked } from '../../weights/torch/torchFiles.js';
import type { FuzzParser } from '../parser.js';

export const tar: FuzzParser = {
  name: 'tar',
  seeds: () => {
    const whole = unpacked(torchFiles.readable.tar!.file);
    return [whole, gzipSync(whole)];
  },
  parse: (bytes) => {
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const archive = isPacked ? bytes : gzipSync(bytes, { level: 1 });
    return unpackMember(Readable.from([archive]), 'fuzz.tar.gz', 'sys_info', sysInfoBytes);
  },
};

/** As many as the member has in the seeds. */
const sysInfoBytes = Number.parseInt(unpacked(torchFiles.readable.tar!.file).toString('latin1', 124, 135), 8);
