// Zip files with nothing compressed, as torch.save writes them: a state dict's values hardly compress, and stored at
// multiples of 64 bytes they can be mapped into memory. (yazl, the zip writer that Node's users know, can't align.)
// Source: PKWARE's APPNOTE.TXT, 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).

import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { dataError } from '../../core/errors.js';
import { FileWriter } from '../../io/fileWriter.js';

export interface ZipEntry {
  /** In ASCII. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An entry, and what both of its headers say of it. */
interface Placed extends ZipEntry {
  readonly crc: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** Every entry's bytes begin at a multiple of this, as in torch's own files since 2.6. */
const alignment = 64;

/** The extra field that fills the gap: 'FB', as torch (caffe2/serialize/inline_container.cc) names it. */
const paddingField = 0x4246;

/** 1 January 1980, the first day that a zip can name: the same tensors make the same file. */
const firstDay = 0x0021;

/** Of a version 2.0, the first with this layout. */
const versionNeeded = 20;

/** What 32 bits can say; files beyond need an extension (zip64), which is not written. */
const mostBytes = 0xffffffff;
const mostEntries = 0xfffe;

/** Writes a zip with these entries, one after the other. Throws a data error (exit 3) where it would pass 4 GiB. */
export async function writeZip(handle: FileHandle, entries: readonly ZipEntry[]): Promise<void> {
  const size = entries.reduce((sum, { name, bytes }) => sum + bytes.length + 2 * name.length + 160, 0);
  if (size > mostBytes || entries.length > mostEntries) {
    throw dataError(
      `A .pth with ${entries.length} parts and ${size} bytes would pass what a plain zip holds.`,
      'Write it as .safetensors.',
    );
  }
  const file = new FileWriter(handle);
  try {
    await writeParts(file, entries);
  } finally {
    await file.end();
  }
}

async function writeParts(file: FileWriter, entries: readonly ZipEntry[]): Promise<void> {
  let offset = 0;
  const placed: Placed[] = [];
  for (const entry of entries) {
    const header = { ...entry, offset, crc: crc32(entry.bytes) };
    const local = localHeader(header);
    await file.write(local);
    await file.write(entry.bytes);
    offset += local.length + entry.bytes.length;
    placed.push(header);
  }
  const directory = Buffer.concat(placed.map(directoryHeader));
  await file.write(directory);
  await file.write(directoryEnd(placed.length, directory.length, offset));
}

/** The fields that the local header and the directory have in common. */
function commonFields({ name, bytes, crc }: Placed, extraLength: number): Buffer {
  const fields = Buffer.alloc(26); // zeros: no flags, stored, midnight
  fields.writeUInt16LE(versionNeeded, 0);
  fields.writeUInt16LE(firstDay, 8);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(bytes.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(name.length, 22);
  fields.writeUInt16LE(extraLength, 24);
  return fields;
}

function localHeader(entry: Placed): Buffer {
  const start = entry.offset + 30 + entry.name.length + 4;
  const padding = (alignment - (start % alignment)) % alignment;
  const extra = Buffer.alloc(4 + padding, 'Z');
  extra.writeUInt16LE(paddingField, 0);
  extra.writeUInt16LE(padding, 2);
  return Buffer.concat([
    Buffer.from('PK\u0003\u0004'),
    commonFields(entry, extra.length),
    Buffer.from(entry.name),
    extra,
  ]);
}

function directoryHeader(entry: Placed): Buffer {
  const place = Buffer.alloc(14); // zeros: no comment, the first disk, no attributes
  place.writeUInt32LE(entry.offset, 10);
  return Buffer.concat([
    Buffer.from('PK\u0001\u0002'),
    Buffer.of(versionNeeded, 0),
    commonFields(entry, 0),
    place,
    Buffer.from(entry.name),
  ]);
}

function directoryEnd(entries: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
