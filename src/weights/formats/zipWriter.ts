// Writes uncompressed zip files like those of torch.save: weights hardly compress, and values aligned to 64 bytes can
// be memory-mapped. (yazl, the common zip writer for Node, can't align entries.) Source: PKWARE's APPNOTE.TXT, 4.3.7
// (local header), 4.3.12 (central directory), 4.3.16 (end record).

import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { dataError } from '../../core/errors.js';
import { FileWriter } from '../../io/fileWriter.js';

export interface ZipEntry {
  /** ASCII only. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An entry with the fields of its headers. */
interface WrittenEntry extends ZipEntry {
  readonly crc: number;
  /** The position of the local header. */
  readonly offset: number;
}

/** The contents of every entry begin at a multiple of this, as in PyTorch's files since 2.6. */
const alignment = 64;

/** The extra field for padding: 'FB', as in PyTorch (caffe2/serialize/inline_container.cc). */
const paddingField = 0x4246;

/** 1 January 1980, the earliest date of the format. A constant makes the output reproducible. */
const modificationDate = 0x0021;

/** Version 2.0, the minimum for this layout. */
const versionNeeded = 20;

/** The limits without the zip64 extension, which is not implemented. */
const maxBytes = 0xffffffff;
const maxEntries = 0xfffe;

/** Writes a zip with these entries in order. Throws a data error (exit 3) if it would exceed 4 GiB. */
export async function writeZip(handle: FileHandle, entries: readonly ZipEntry[]): Promise<void> {
  const size = entries.reduce((sum, { name, bytes }) => sum + bytes.length + 2 * name.length + 160, 0);
  if (size > maxBytes || entries.length > maxEntries) {
    throw dataError(
      `Expected at most ${maxEntries} entries and ${maxBytes} bytes for a .pth file but received ${entries.length} entries and ${size} bytes.`,
      'Write a .safetensors file instead.',
    );
  }
  const file = new FileWriter(handle);
  try {
    await writeEntries(file, entries);
  } finally {
    await file.end();
  }
}

async function writeEntries(file: FileWriter, entries: readonly ZipEntry[]): Promise<void> {
  let offset = 0;
  const written: WrittenEntry[] = [];
  for (const entry of entries) {
    const header = { ...entry, offset, crc: crc32(entry.bytes) };
    const local = localHeader(header);
    await file.write(local);
    await file.write(entry.bytes);
    offset += local.length + entry.bytes.length;
    written.push(header);
  }
  const directory = Buffer.concat(written.map(directoryHeader));
  await file.write(directory);
  await file.write(endRecord(written.length, directory.length, offset));
}

/** The fields that the local header and the central directory have in common. */
function commonFields({ name, bytes, crc }: WrittenEntry, extraLength: number): Buffer {
  const fields = Buffer.alloc(26); // zeros: no flags, uncompressed, midnight
  fields.writeUInt16LE(versionNeeded, 0);
  fields.writeUInt16LE(modificationDate, 8);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(bytes.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(name.length, 22);
  fields.writeUInt16LE(extraLength, 24);
  return fields;
}

function localHeader(entry: WrittenEntry): Buffer {
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

function directoryHeader(entry: WrittenEntry): Buffer {
  const fields = Buffer.alloc(14); // zeros: no comment, first disk, no attributes
  fields.writeUInt32LE(entry.offset, 10);
  return Buffer.concat([
    Buffer.from('PK\u0001\u0002'),
    Buffer.of(versionNeeded, 0),
    commonFields(entry, 0),
    fields,
    Buffer.from(entry.name),
  ]);
}

function endRecord(entries: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
