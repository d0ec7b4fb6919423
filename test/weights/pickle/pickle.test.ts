// The pickle machine, on pickles that Python, numpy and torch made, and on damaged and hostile ones.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Buildable, type PickleGlobals, unpickle } from '../../../dist/weights/pickle/pickle.js';
import { bytesOf, pickles } from './pickles.js';

const file = 'weights.ckpt';
const read = (bytes: Uint8Array, globals: PickleGlobals = {}) => unpickle(bytes, { file, globals });

for (const [protocol, base64] of Object.entries(pickles.plain)) {
  test(`plain data of protocol ${protocol}`, () => {
    const expected = new Map<string | number, unknown>([
      ['s', 'grüße'],
      ['list', [1, [], [], [2.5]]],
      ['big', -(2 ** 40)],
      ['small', -3],
      ['mid', 70000],
      [5, null],
      ['t', [true, false, 256]],
      ['twice', ['again', 'again']],
    ]);
    assert.deepEqual(read(bytesOf(base64)), expected);
  });
}

class OrderedDict extends Map<unknown, unknown> implements Buildable {
  attributes: unknown;
  setState(state: unknown): void {
    this.attributes = state;
  }
}

test("torch's state dicts, with globals and persistent ids that the caller gives", () => {
  const globals: PickleGlobals = {
    'collections OrderedDict': () => new OrderedDict(),
    'torch._utils _rebuild_tensor_v2': ([storage, offset, shape, stride]) => ({
      storage,
      offset,
      shape,
      stride,
    }),
    'torch._utils _rebuild_parameter': ([tensor]) => ({ parameter: tensor }),
    'torch FloatStorage': () => assert.fail('it is only named'),
  };
  const persistentLoad = (id: unknown) => (id as unknown[])[2];
  const [linear, parameters] = pickles.torch.map((base64) =>
    unpickle(bytesOf(base64), { file, globals, persistentLoad }),
  ) as [OrderedDict, OrderedDict];
  const weight = { storage: '0', offset: 0, shape: [2, 3], stride: [3, 1] };
  assert.deepEqual(
    [...linear],
    [
      ['weight', weight],
      ['bias', { storage: '1', offset: 0, shape: [2], stride: [1] }],
    ],
  );
  assert.ok((linear.attributes as Map<string, unknown>).has('_metadata'));
  assert.deepEqual([...parameters], [['weight', { parameter: weight }]]);

  assert.throws(() => unpickle(bytesOf(pickles.torch[0]!), { file, globals }), {
    message: /it refers to something outside of it/,
  });
});

for (const [name, base64] of Object.entries(pickles.hostile)) {
  test(`refused by name: ${name}`, () => {
    assert.throws(
      () => read(bytesOf(base64)),
      (error: Error) => {
        assert.equal(error.name, 'UserError');
        assert.ok(error.message.startsWith(`'${file}' holds a pickle that can't be read: `));
        return error.message.includes(name);
      },
    );
  });
}

/** A pickle, written by hand: strings are instructions and text, numbers bytes. */
const pickle = (...parts: (string | number)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.of(part))),
  );

const refusals: [what: string, bytes: Buffer, message: RegExp][] = [
  ['nothing', Buffer.alloc(0), /it is cut short \(before byte 0\)/],
  ['no end', pickle(0x80, 2, ']'), /it is cut short/],
  ['a name without an end', pickle('cos\nsystem'), /it is cut short/],
  ['a text longer than the file', pickle('X', 0xff, 0xff, 0xff, 0xff, 'abc'), /it is cut short/],
  ['an unknown instruction', pickle(0xff, '.'), /its instruction 0xff is not among those/],
  ['a known one of no use here', pickle('(ios\nsystem\n.'), /its instruction INST is not among those/],
  ['a newer protocol', pickle(0x80, 9, ']', '.'), /it has protocol 9, and the newest known is 5/],
  ['a global', pickle('cos\nsystem\n.'), /it calls for 'os\.system', which weights don't need/],
  ["a global of JavaScript's", pickle('cconstructor\nx\n.'), /it calls for 'constructor\.x'/],
  ['a global with no name', pickle('X', 1, 0, 0, 0, 'a', ']', 0x93, '.'), /it names a function by no name/],
  [
    'a call of no function',
    pickle('X', 1, 0, 0, 0, 'a', ')', 'R.'),
    /it calls something that is no function/,
  ],
  ['an empty stack', pickle('.'), /it takes from an empty stack/],
  ['what lies below a mark', pickle('](.'), /it takes from an empty stack/],
  ['a mark that was not set', pickle('t.'), /it goes back to a mark that it never set/],
  ['a memo that is empty', pickle('h', 3, '.'), /it recalls 3, which it never remembered/],
  ['an item of no dict', pickle(']', 'K', 1, 'K', 2, 's.'), /it sets an item of something that is no dict/],
  ['a list as a key', pickle('}', ']', 'K', 2, 's.'), /a key of a dict is no string or number/],
  ['a key without a value', pickle('}(', 'K', 1, 'u.'), /a key of a dict has no value/],
  ['an item for no list', pickle('}', 'K', 1, 'a.'), /it appends to something that is no list/],
  ['the state of a list', pickle(']', ']', 'b.'), /it sets the state of something that has none/],
  ['a stack without end', pickle('N'.repeat(1_000_001), '.'), /it holds more than weights need/],
  ['marks without end', pickle('('.repeat(1_000_001), '.'), /it holds more than weights need/],
];
for (const [what, bytes, message] of refusals) {
  test(`refused: ${what}`, () => {
    assert.throws(() => read(bytes), { name: 'UserError', exitCode: 3, message });
  });
}

test('a pickle cut anywhere is refused, never read wrongly', () => {
  const whole = bytesOf(pickles.plain[4]!);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => read(whole.subarray(0, length)), { name: 'UserError' });
  }
});

test('a flipped bit gives a value or a sentence, never another error', () => {
  const whole = bytesOf(pickles.plain[4]!);
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    try {
      read(flipped);
    } catch (error) {
      assert.equal((error as Error).name, 'UserError', `bit ${bit}: ${(error as Error).stack}`);
    }
  }
});
