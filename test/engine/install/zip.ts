// Writes zip files, with optional defects.

import { writeFile } from 'node:fs/promises';
import { crc32, deflateRawSync } from 'node:zlib';

export interface Member {
  readonly name: string;
  readonly contents: Buffer;
  /** Values to write instead of the correct ones. */
  readonly crc?: number;
  readonly size?: number;
  /** Unix permissions. */
  readonly mode?: number;
}

export async function writeZip(path: string, members: readonly Member[]): Promise<void> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, contents, crc = crc32(contents), size = contents.length, mode = 0o644 } of members) {
    const packed = deflateRawSync(contents);
    const nameBytes = Buffer.from(name);
    // The fields from "version needed" to "extra length", which local headers and the directory share.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2); // names are UTF-8
    common.writeUInt16LE(8, 4); // deflate
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const position = Buffer.alloc(14);
    position.writeUInt32LE((0o100000 | mode) * 0x10000, 6);
    position.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, position, nameBytes);
    const local = [Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, packed];
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  await writeFile(path, Buffer.concat([...parts, directoryBytes, end]));
}
