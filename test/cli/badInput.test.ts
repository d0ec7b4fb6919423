// Invalid input: a message that names the problem and what to do, the documented exit code, never a stack trace.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it, type TestContext, test } from 'node:test';
import { writeConstantModel } from '../commands/models.js';
import { drawFolder } from '../data/colouredFolder.js';
import { shared, temporaryFolder, withoutShared } from '../support.js';
import { alexft, inShell, jsonLines, type RunOptions } from './run.js';

/** Runs alexft, which has to exit with `code`, print the error `expected`, and no result. */
async function fails(code: number, words: readonly string[], expected: RegExp, options?: RunOptions) {
  const ended = await alexft(words, options);
  assert.match(ended.stderr, expected);
  assert.equal(ended.code, code, ended.stderr);
  assert.equal(ended.stdout, '');
}

const train = (data: string, ...more: string[]) => ['train', '--data', data, '--weights', 'none', ...more];

async function images(t: TestContext, counts: readonly number[] = [3, 3]): Promise<string> {
  const folder = join(await temporaryFolder(t), 'images');
  await drawFolder(folder, counts);
  return folder;
}

describe('the command line', () => {
  const cases: [title: string, words: string[], expected: RegExp][] = [
    [
      'an unknown option',
      ['train', '--data', 'x', '--epoch', '3'],
      /unknown option '--epoch'[\s\S]*--epochs/,
    ],
    ['an unknown command', ['tran'], /unknown command 'tran'[\s\S]*train/],
    [
      'an unexpected argument',
      ['train', 'photos'],
      /Expected no arguments for alexft train but received 'photos'\.\nDid you mean: alexft train --data photos/,
    ],
    ['an option without its value', ['train', '--data'], /argument missing/],
    [
      '--epochs 0',
      ['train', '--data', 'x', '--epochs', '0'],
      /Expected an integer between 1 and .* for --epochs but received '0'/,
    ],
    [
      '--lr abc',
      ['train', '--data', 'x', '--lr', 'abc'],
      /Expected a number greater than 0 .* for --lr but received 'abc'/,
    ],
    ['an empty value', ['train', '--data', ''], /Expected a value for --data/],
    ['no --data', ['train'], /--data is missing[\s\S]*--data DIR/],
    ['no images', ['predict'], /No image is named[\s\S]*alexft predict photo\.jpg/],
    [
      'an unknown device',
      ['predict', 'x.jpg', '--device', 'gpu'],
      /Expected auto, cuda, .* for --device but received 'gpu'/,
    ],
    [
      'an unknown layer',
      ['inspect', 'classifier.7'],
      /Expected a model on disk or a layer but received 'classifier\.7'/,
    ],
    ['an unknown choice', ['train', '--data', 'x', '--optimizer', 'Adam'], /one of adam, adamw, sgd/],
  ];
  for (const [title, words, expected] of cases) it(title, () => fails(2, words, expected));
});

test('no command: the help, on stderr', () => fails(2, [], /Usage: alexft[\s\S]*train[\s\S]*predict/));

describe('an invalid dataset', () => {
  it('no such folder', (t) => inFolder(t, 'gone', /The folder '.*gone' does not exist/));
  it('a file instead of a folder', async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(join(folder, 'photos'), '');
    await fails(3, train(join(folder, 'photos')), /photos.*(not a folder|file)/);
  });
  it('no sub-folder', (t) => inFolder(t, '.', /Expected one folder per class in '.*' but found none/));
  it('one class only', async (t) => {
    await fails(3, train(await images(t, [3])), /only one class, 'class-0': .* at least two/);
  });
  it('an empty class', async (t) => {
    const data = await images(t);
    await mkdir(join(data, 'void'));
    await fails(3, train(data), /no images for the class .*void/);
  });

  async function inFolder(t: TestContext, name: string, expected: RegExp) {
    const folder = await temporaryFolder(t);
    await fails(3, train(join(folder, name)), expected);
    assert.deepEqual(await readdir(folder), []);
  }
});

describe('invalid models and weights', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'alexft-test-'));
    await drawFolder(join(folder, 'images'), [2, 2]);
    await writeConstantModel(join(folder, 'whole'), ['a', 'b'], [1, 0]);
    const whole = await readFile(join(folder, 'whole'));
    await writeFile(join(folder, 'cut'), whole.subarray(0, whole.length - 100));
    await writeFile(join(folder, 'cut-header'), whole.subarray(0, 100));
    await writeFile(join(folder, 'empty'), '');
  });
  after(() => rm(folder, { recursive: true }));
  const image = 'images/class-0/0000.png';

  for (const name of ['cut', 'cut-header', 'empty']) {
    it(`predict --model: a file that is ${name}`, () =>
      fails(3, ['predict', image, '--model', name], new RegExp(`'${name}'`), { cwd: folder }));
    it(`train --weights: a file that is ${name}`, () =>
      fails(3, ['train', '--data', 'images', '--weights', name, '--out', 'run'], new RegExp(`'${name}'`), {
        cwd: folder,
      }));
  }
  it('a folder without a model', () =>
    fails(
      3,
      ['predict', image, '--model', 'images'],
      /'images' contains no model\.safetensors[\s\S]*Train one/,
      {
        cwd: folder,
      },
    ));
  it('no model named, and none there', () =>
    fails(3, ['predict', image], /no complete run under models\/[\s\S]*--model/, { cwd: folder }));
  it('weights that do not fit', () =>
    fails(3, ['train', '--data', 'images', '--weights', 'whole'], /features\.0\.weight: expected .* found/, {
      cwd: folder,
    }));
  it('an unknown name of weights', () =>
    fails(3, ['train', '--data', 'images', '--weights', 'imagnet'], /no weights 'imagnet'[\s\S]*imagenet/, {
      cwd: folder,
    }));
  it('a class that the model does not have', () =>
    fails(
      3,
      ['evaluate', '--data', 'images', '--model', 'whole'],
      /has unknown classes: 'class-0', 'class-1'/,
      {
        cwd: folder,
      },
    ));
});

describe('an output that cannot be written', () => {
  it('a file instead of the run folder', async (t) => {
    const data = await images(t);
    const out = join(data, '..', 'taken');
    await writeFile(out, 'mine');
    await fails(1, train(data, '--out', out), /Cannot write to '.*taken'[\s\S]*--out/);
    assert.equal(await readFile(out, 'utf8'), 'mine');
  });
  it('a folder that cannot be created', {
    skip: existsSync('/proc/self') ? false : 'no /proc',
  }, async (t) => {
    await fails(1, train(await images(t), '--out', '/proc/x'), /Cannot write to '\/proc\/x'/);
  });
  it('an existing run', async (t) => {
    const data = await images(t);
    const out = join(data, '..', 'run');
    await mkdir(out);
    await writeFile(join(out, 'run.json'), '{}');
    await fails(2, train(data, '--out', out), /already has a run \(run\.json\)[\s\S]*--force/);
  });
});

describe('invalid numbers', () => {
  const flags = ['--epochs', '--batch-size', '--lr', '--seed', '--val-split', '--workers'];
  const values = [
    'NaN',
    'Infinity',
    '1e308',
    '0x10',
    '',
    ' 1',
    '1_000',
    '\u0663',
    '--force',
    '\u001b[31m',
    '-1',
  ];
  for (const [index, value] of values.entries()) {
    const flag = flags[index % flags.length]!; // all use one parser
    it(`${flag} ${JSON.stringify(value)}`, () =>
      fails(
        2,
        ['train', '--data', 'x', flag, value],
        new RegExp(`Expected an? (number|integer) .* for ${flag} but received '`),
      ));
  }
  it('the last of two values of an option is used', () =>
    fails(
      2,
      ['train', '--data', 'x', '--epochs', '3', '--epochs', 'y'],
      /Expected .* for --epochs but received 'y'/,
    ));
});

test('an endless list', { skip: existsSync('/dev/zero') ? false : 'no /dev/zero' }, () =>
  fails(3, ['predict', '--files-from', '/dev/zero'], /'\/dev\/zero' can't be read: it is longer than 256 MB/),
);

describe('unusual environments', () => {
  const lines: [title: string, line: string, code: number][] = [
    ['stdin closed', 'exec "$@" <&-', 0],
    ['stdout closed', 'exec "$@" >&-', 0],
    ['stderr closed', 'exec "$@" 2>&-', 0],
    ['all closed', 'exec "$@" <&- >&- 2>&-', 0],
    ['no HOME', 'unset HOME; exec "$@"', 0],
    ['a working directory that is gone', 'mkdir gone; cd gone; rmdir ../gone; exec "$@"', 1],
    ['no columns', 'COLUMNS=0 exec "$@"', 0],
    ['a full disk behind stdout', 'exec "$@" >/dev/full', 1],
  ];
  for (const [title, line, code] of lines) {
    it(title, {
      skip: title.includes('full') && !existsSync('/dev/full') ? 'no /dev/full' : false,
    }, async (t) => {
      const data = await images(t);
      const ended = await inShell(line, ['check', '--data', data, '--workers', '1'], {
        cwd: await temporaryFolder(t),
      });
      assert.equal(ended.code, code, ended.stderr);
      assert.ok(!(ended.stdout + ended.stderr).includes('\u001b'));
    });
  }
});

test('broken images among good ones are reported, and the others processed', {
  skip: withoutShared,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [2]);
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['class-0', 'b'], [1, 0]);
  const malformed = join(shared, 'data', 'malformed');
  const names = await readdir(malformed);
  for (const name of names) await copyFile(join(malformed, name), join(data, 'class-0', name));

  const predicted = await alexft(['predict', data, '--model', model, '--json']);
  assert.equal(predicted.code, 3);
  const results = jsonLines(predicted.stdout);
  assert.equal(results.length, names.filter((name) => !name.endsWith('.gif')).length + 2);
  const unreadable = results.filter((result) => 'error' in result).map(({ file }) => basename(String(file)));
  assert.ok(unreadable.includes('corrupt-header.jpg') && !unreadable.includes('0000.png'), unreadable.join());

  const evaluated = await alexft(['evaluate', '--data', data, '--model', model, '--json']);
  assert.equal(evaluated.code, 0, evaluated.stderr);
  const [evaluation] = jsonLines(evaluated.stdout);
  assert.equal(evaluation!.skipped, unreadable.length);
  assert.equal(evaluation!.images, results.length - unreadable.length);
  for (const name of unreadable) assert.ok(evaluated.stderr.includes(`Skipped class-0/${name}: `), name);
});
