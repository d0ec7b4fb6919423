import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine } from '../../dist/options/commandLine.js';
import { trainOptions } from '../../dist/options/train/trainOptions.js';

test('a command line with flags, without switches that are off', () => {
  const values = { data: 'my photos', keepCheckpoint: true, force: false, lr: 0.001, val: undefined };
  assert.equal(
    commandLine('train', [], trainOptions, values),
    `alexft train --data 'my photos' --lr 0.001 --keep-checkpoint`,
  );
  assert.equal(commandLine('train', [], trainOptions, { out: '-x' }), 'alexft train --out=-x');
  assert.equal(commandLine('report', ["a'b"]), `alexft report 'a'\\''b'`);
});
