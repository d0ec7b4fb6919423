// The unpickler with pickles of Python, numpy and PyTorch, and with damaged and malicious ones.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpickle } from '../../../dist/weights/pickle/pickle.js';
import type { PickleGlobals } from '../../../dist/weights/pickle/pickleState.js';
import { type Buildable, PythonObject } from '../../../dist/weights/pickle/pythonObject.js';
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

test('state dicts of PyTorch, with globals and persistent ids of the caller', () => {
  const globals: PickleGlobals = {
    'collections OrderedDict': () => new OrderedDict(),
    'torch._utils _rebuild_tensor_v2': ([storage, offset, shape, stride]) => ({
      storage,
      offset,
      shape,
      stride,
    }),
    'torch._utils _rebuild_parameter': ([tensor]) => ({ parameter: tensor }),
    'torch FloatStorage': () => assert.fail('it must not be called'),
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
    message: /persistent ids are not supported here/,
  });
});

for (const name of ['builtins.eval', '__builtin__.eval']) {
  test(`an inert object instead of a call: ${name}`, () => {
    const found = read(bytesOf(pickles.hostile[name]!));
    assert.ok(found instanceof PythonObject);
    assert.equal(found.name, name);
    assert.deepEqual(found.parts, [undefined, undefined, undefined, ['1']]);
  });
}

test('a set is a list', () => assert.deepEqual(read(bytesOf(pickles.hostile.EMPTY_SET!)), [1]));

/** A handwritten pickle: strings are instructions and text, numbers are bytes. */
const pickle = (...parts: (string | number)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.of(part))),
  );

const rejections: [what: string, bytes: Buffer, message: RegExp][] = [
  ['an empty pickle', Buffer.alloc(0), /it is truncated \(before byte 0\)/],
  ['a missing STOP', pickle(0x80, 2, ']'), /it is truncated/],
  ['an unterminated name', pickle('cos\nsystem'), /it is truncated/],
  ['a text longer than the file', pickle('X', 0xff, 0xff, 0xff, 0xff, 'abc'), /it is truncated/],
  ['an unknown instruction', pickle(0xff, '.'), /instruction 0xff is not supported/],
  ['a known but unsupported instruction', pickle('(ios\nsystem\n.'), /instruction INST is not supported/],
  ['a newer protocol', pickle(0x80, 9, ']', '.'), /expected protocol 5 or older, found 9/],
  ['a byte array longer than the file', pickle(0x96, 1, 0, 0, 0, 0, 0, 0, 0x80, '.'), /it is truncated/],
  [
    'a global without a name',
    pickle('X', 1, 0, 0, 0, 'a', ']', 0x93, '.'),
    /the name of a function is not a string/,
  ],
  [
    'a call of a string',
    pickle('X', 1, 0, 0, 0, 'a', ')', 'R.'),
    /it calls something that is not a function/,
  ],
  ['an empty stack', pickle('.'), /it reads from an empty stack/],
  ['a value below a mark', pickle('](.'), /it reads from an empty stack/],
  ['a missing mark', pickle('t.'), /it returns to a mark that was never set/],
  ['a missing memo entry', pickle('h', 3, '.'), /memo entry 3 was never set/],
  [
    'an item of a list by key',
    pickle(']', 'K', 1, 'K', 2, 's.'),
    /it sets an item of something that is not a dict/,
  ],
  ['a key without a value', pickle('}(', 'K', 1, 'u.'), /a dict key has no value/],
  ['an append to a dict', pickle('}', 'K', 1, 'a.'), /it appends to something that is not a list/],
  ['the state of a list', pickle(']', ']', 'b.'), /BUILD on an object without state/],
  ['too many values', pickle('N'.repeat(1_000_001), '.'), /it contains too many values/],
  ['too many marks', pickle('('.repeat(1_000_001), '.'), /it contains too many marks/],
];
for (const [what, bytes, message] of rejections) {
  test(`rejected: ${what}`, () => {
    assert.throws(() => read(bytes), { name: 'UserError', exitCode: 3, message });
  });
}

test('instances of unknown classes hold their attributes and items', () => {
  // getattr(m.Outer, 'C')(7), with the attribute a = 1, the list items 2 and 3, and the dict item None: 4
  const nested = ['cbuiltins\ngetattr\n(cm\nOuter\nX', 1, 0, 0, 0, 'CtR(K', 7, 't', 0x81];
  const object = read(pickle(...nested, '}X', 1, 0, 0, 0, 'aK', 1, 'sb(K', 2, 'K', 3, 'eNK', 4, 's.'));
  assert.ok(object instanceof PythonObject);
  assert.deepEqual(object.parts, [new Map([['a', 1]]), new Map([[null, 4]]), [2, 3], [7]]);
});

test('a pickle truncated anywhere is rejected', () => {
  const whole = bytesOf(pickles.plain[4]!);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => read(whole.subarray(0, length)), { name: 'UserError' });
  }
});

test('a flipped bit gives a value or a UserError', () => {
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
