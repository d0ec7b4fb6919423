// Records of a TFRecord file, in which TensorBoard reads events. Source: tensorflow/core/lib/io/record_writer.h.

/** The data with its length and both checksums. */
export function record(data: Uint8Array): Buffer {
  const length = Buffer.alloc(12);
  length.writeBigUInt64LE(BigInt(data.length));
  length.writeUInt32LE(masked(crc32c(length.subarray(0, 8))), 8);
  const end = Buffer.alloc(4);
  end.writeUInt32LE(masked(crc32c(data)));
  return Buffer.concat([length, data, end]);
}

/** Castagnoli's polynomial (RFC 3720); that of zlib's crc32 is another. */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
