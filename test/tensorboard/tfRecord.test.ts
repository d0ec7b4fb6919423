import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c, record } from '../../dist/tensorboard/tfRecord.js';

test('CRC-32C has the values of RFC 3720, B.4', () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
});

test('a record is length, checksum, data and checksum', () => {
  // The first record of a SummaryWriter's file, without its time: brain.Event:2
  const data = Buffer.from('1a0d627261696e2e4576656e743a32', 'hex');
  const bytes = record(data);
  assert.equal(bytes.length, 8 + 4 + data.length + 4);
  assert.equal(bytes.readBigUInt64LE(), BigInt(data.length));
  assert.deepEqual(bytes.subarray(12, 12 + data.length), data);
});
