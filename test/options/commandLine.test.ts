import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine } from '../../dist/options/commandLine.js';
import { trainOptions } from '../../dist/options/trainOptions.js';

test('options by their flags; switches that are off are left out', () => {
  const values = { data: 'my photos', keepCheckpoint: true, force: false, lr: 0.001, val: undefined };
  assert.equal(
    commandLine('train', [], trainOptions, values),
    `alexft train --data 'my photos' --keep-checkpoint --lr 0.001`,
  );
  assert.equal(commandLine('train', [], trainOptions, { out: '-x' }), 'alexft train --out=-x');
  assert.equal(commandLine('report', ["a'b"]), `alexft report 'a'\\''b'`);
});
