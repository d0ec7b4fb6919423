// Files that are not weights are named, with what to do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { foreignFormat } from '../../dist/weights/foreignFormats.js';
import { bytesInMemory } from '../../dist/weights/formats/byteSource.js';
import { parseCheckpoint } from '../../dist/weights/readWeights.js';
import { zip } from './torch/torchByHand.js';

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 244408911\n`;
const page = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Grüße</body></html>';
const json = '{"format":"layers-model","modelTopology":{},"weightsManifest":[]}';
const padded = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(600)]);

const files: [what: string, bytes: Buffer, found: RegExp, hint: RegExp][] = [
  ['a Git LFS pointer', Buffer.from(pointer), /a Git LFS pointer/, /git lfs pull/],
  ['a page', Buffer.from(page), /a web page/, /Download the file again/],
  ['a page with a byte order mark', Buffer.from(`\ufeff\n ${page.toLowerCase()}`), /a web page/, /browser/],
  ['a page that is cut within a character', Buffer.from(`<html>${'ü'.repeat(300)}`), /a web page/, /browser/],
  [
    'the XML of a server',
    Buffer.from('<?xml version="1.0"?><Error>AccessDenied</Error>'),
    /a web page/,
    /again/,
  ],
  ['JSON', Buffer.from(json), /JSON/, /TensorFlow\.js/],
  ['short JSON', Buffer.from('[]'), /JSON/, /weights file/],
  ['formatted JSON', Buffer.from('{\n  "name": "x"\n}'), /JSON/, /weights file/],
  ['ONNX', padded('\x08\x08\x12\x07pytorch'), /an ONNX model/, /torch\.save/],
  ['ONNX without a producer', padded('\x08\x0a\x3a\xff\x01'), /an ONNX model/, /torch\.save/],
  ['TFLite', padded('\x20\0\0\0TFL3'), /a TensorFlow Lite model/, /torch\.save/],
  ['HDF5', padded('\x89HDF\r\n\x1a\n'), /an HDF5 file.*Keras/, /torch\.save/],
  ['numpy', padded('\x93NUMPY\x01\0'), /a numpy array/, /torch\.save/],
  ['gzip', gzipSync('weights'), /a compressed file/, /Unpack it/],
  ['a message', Buffer.from('Not Found'), /text/, /error message/],
  [
    'Keras',
    zip([
      { name: 'config.json', contents: Buffer.from('{}') },
      { name: 'model.weights.h5', contents: Buffer.alloc(8) },
    ]),
    /a Keras model/,
    /torch\.save/,
  ],
  ['npz', zip([{ name: 'a.npy', contents: Buffer.alloc(8) }]), /arrays of numpy/, /torch\.save/],
];
for (const [what, bytes, found, hint] of files) {
  test(what, async () => {
    await assert.rejects(parseCheckpoint(bytesInMemory(bytes, 'model.pth')), {
      name: 'UserError',
      exitCode: 3,
      message: new RegExp(`^Expected weights in 'model\\.pth' but found ${found.source}`),
      hint,
    });
  });
}

test('a safetensors file with a header of any length is none of them', () => {
  for (const length of [0x08080812n, 0x0a0807n, 0x207b0an, 0x3c3c3cn, 0x028n, 0x0280n]) {
    const start = Buffer.alloc(512, '{');
    start.writeBigUInt64LE(length & 0xffffffn);
    assert.equal(foreignFormat(start), undefined, `${length}`);
  }
  assert.equal(foreignFormat(Buffer.alloc(0)), undefined);
  assert.equal(foreignFormat(Buffer.from('\x01\x02\xff\xfe binary', 'latin1')), undefined);
});
