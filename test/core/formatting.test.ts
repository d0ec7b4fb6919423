import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOfSize, isSize } from '../../dist/core/formatting.js';

test('parses sizes and rejects other text', () => {
  const sizes: [string, number][] = [
    ['0', 0],
    ['500MB', 500e6],
    ['20 GB', 20e9],
    ['1.5tb', 1.5e12],
    ['10kB', 10e3],
    ['7b', 7],
  ];
  for (const [text, bytes] of sizes) {
    assert.ok(isSize(text), text);
    assert.equal(bytesOfSize(text), bytes, text);
  }
  for (const wrong of [
    '',
    'GB',
    '-1',
    '1e9',
    '5 GiB',
    '0x10',
    '1.2345GB',
    '10k',
    '9'.repeat(30),
    '5GB more',
    'NaN',
  ]) {
    assert.ok(!isSize(wrong), wrong);
  }
});
