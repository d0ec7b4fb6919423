// The output of the commands: results on stdout, everything else on stderr.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { commands } from '../../dist/cli/commands.js';
import { version } from '../../dist/core/version.js';
import { outputOptions } from '../../dist/options/outputOptions.js';
import { writeConstantModel } from '../commands/models.js';
import { drawFolder } from '../data/colouredFolder.js';
import { temporaryFolder } from '../support.js';
import { alexft, executable, inShell, jsonLines } from './run.js';

let folder: string;
let emptyCache: { ALEXFT_CACHE: string; TORCH_HOME: string };
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alexft-test-'));
  emptyCache = { ALEXFT_CACHE: join(folder, 'cache'), TORCH_HOME: join(folder, 'torch') };
  await drawFolder(join(folder, 'images'), [2, 3]);
  await writeConstantModel(join(folder, 'model'), ['class-0', 'class-1'], [0, 1]);
});
after(() => rm(folder, { recursive: true }));

const image = 'images/class-0/0000.png';
const escapeCode = '\u001b';

describe('help and version', () => {
  for (const { name, options } of commands) {
    it(`${name} --help names every option`, async () => {
      const { code, stdout, stderr } = await alexft([name, '--help']);
      assert.deepEqual([code, stderr], [0, '']);
      for (const { flag, help } of Object.values({ ...options, ...outputOptions })) {
        assert.match(stdout, new RegExp(`^ +${flag}\\b`, 'm'));
        assert.ok(stdout.replace(/\s+/g, ' ').includes(help.slice(0, 30)), flag);
      }
    });
  }
  it('train --help begins with the five options that most people need', async () => {
    const { stdout } = await alexft(['train', '--help']);
    const groups = stdout.split(/\n\n/).filter((part) => /^[A-Z][\w ]+:\n/.test(part));
    const flags = groups[0]!.match(/--[a-z-]+(?= )/g);
    assert.match(groups[0]!, /^Main options:/);
    assert.deepEqual(flags!.slice(0, 5), ['--data', '--out', '--epochs', '--batch-size', '--lr']);
    assert.ok(groups.length > 5);
  });

  it('--help names every command', async () => {
    const { code, stdout } = await alexft(['--help']);
    assert.equal(code, 0);
    for (const { name } of commands) assert.match(stdout, new RegExp(`^ +${name}\\b`, 'm'));
  });
  it('--version', async () => {
    assert.deepEqual(await alexft(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('predict', () => {
  it('--json: a line per image in order, the first with the schema; errors in between; exit 3', async () => {
    await writeFile(join(folder, 'empty.jpg'), '');
    const words = ['predict', image, 'empty.jpg', 'images/class-1', '--model', 'model', '--json'];
    const { code, stdout } = await alexft([...words, '--batch-size', '2'], { cwd: folder });
    assert.equal(code, 3);
    const [first, second, ...others] = jsonLines(stdout);
    const { probability, probabilities, ...rest } = first!;
    assert.deepEqual(rest, { schema: 1, file: image, label: 'class-1' });
    assert.ok(Math.abs(Number(probability) - Math.E / (1 + Math.E)) < 1e-6);
    assert.deepEqual(Object.keys(probabilities as object), ['class-0', 'class-1']);
    assert.deepEqual(second, { file: 'empty.jpg', error: 'empty file' });
    assert.deepEqual(
      others.map(({ file }) => file),
      ['0000', '0001', '0002'].map((name) => `images/class-1/${name}.png`),
    );
  });
  it('without --json: a line per image, classes by probability; errors on stderr, also with --quiet', async () => {
    const words = ['predict', image, 'gone\u001b[2J.jpg', '--model', 'model', '--quiet'];
    const { code, stdout, stderr } = await alexft(words, { cwd: folder });
    assert.equal(code, 3);
    assert.equal(stdout, `${image}: class-1 73.1%, class-0 26.9%\n`);
    assert.match(stderr, /^gone\\u\{1b\}\[2J\.jpg: no such file$/m);
    const one = await alexft(['predict', image, '--model', 'model', '--top', '1'], { cwd: folder });
    assert.deepEqual([one.code, one.stdout], [0, `${image}: class-1 73.1%\n`]);
  });
  it('- is an image on stdin', async () => {
    const input = await readFile(join(folder, image));
    const { code, stdout } = await alexft(['predict', '-', '--model', 'model', '--json'], {
      cwd: folder,
      input,
    });
    assert.equal(code, 0);
    assert.equal(jsonLines(stdout)[0]!.file, '-');
    const nothing = await alexft(['predict', '-', '--model', 'model', '--json'], { cwd: folder });
    assert.equal(nothing.code, 3);
    assert.equal(jsonLines(nothing.stdout)[0]!.file, '-');
    assert.ok(jsonLines(nothing.stdout)[0]!.error);
  });
  it('--files-from - is a list on stdin', async () => {
    const input = 'images/class-1/0002.png\nimages/class-0\n';
    const words = ['predict', '--files-from', '-', '--model', 'model', '--json'];
    const { code, stdout } = await alexft(words, { cwd: folder, input });
    assert.equal(code, 0);
    assert.deepEqual(
      jsonLines(stdout).map(({ file }) => file),
      ['images/class-1/0002.png', 'images/class-0/0000.png', 'images/class-0/0001.png'],
    );
  });
  it('no match: exit 3', async () => {
    const { code, stdout, stderr } = await alexft(['predict', 'cache*', '--model', 'model'], { cwd: folder });
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(stderr, /There is no image in cache\*/);
  });
});

test('evaluate --json: one object; without, a table', async () => {
  const words = ['evaluate', '--data', 'images', '--model', 'model'];
  const { code, stdout } = await alexft([...words, '--json'], { cwd: folder });
  assert.equal(code, 0);
  const [{ schema, images, skipped, accuracy, confusion, classes } = {}, ...more] = jsonLines(stdout);
  assert.deepEqual(more, []);
  assert.deepEqual(
    { schema, images, skipped, accuracy, confusion, classes },
    {
      schema: 1,
      images: 5,
      skipped: 0,
      accuracy: 0.6,
      confusion: [
        [0, 2],
        [0, 3],
      ],
      classes: ['class-0', 'class-1'],
    },
  );
  const table = await alexft(words, { cwd: folder });
  assert.match(table.stdout, /^5 images: accuracy 60\.0%/);
  assert.match(table.stdout, /^class-1 +3 +0\.600 +1\.000 +0\.750$/m);
});

test('inspect: the listing of the tutorial, a layer, a Sequential, an object', async () => {
  const { stdout } = await alexft(['inspect', '--classes', '1000']);
  assert.match(stdout, /^AlexNet\(\n {2}\(features\): Sequential\(/);
  assert.match(stdout, /^Total Parameters in Model 61100840$/m);
  assert.match(stdout, /^Result \[16, 1000\]$/m);
  const layer = await alexft(['inspect', 'features.3']);
  assert.equal(layer.stdout, 'Conv2d(64, 192, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))\n');
  const group = await alexft(['inspect', 'classifier']);
  assert.match(group.stdout, /^Sequential\(\n {2}\(0\): Dropout\(p=0\.5, inplace=False\)\n[\s\S]*\n\)\n$/);
  const model = await alexft(['inspect', 'model', '--json'], { cwd: folder });
  const [{ schema, output, ...rest } = {}, ...more] = jsonLines(model.stdout);
  assert.deepEqual([schema, output, more.length], [1, [16, 2], 0]);
  assert.deepEqual(Object.keys(rest).sort(), ['layers', 'parameters', 'total', 'trainable']);
});

test('train --dry-run: the resolved options, and nothing on disk', async () => {
  const before = await readdir(folder);
  const words = ['train', '--data', 'images', '--dry-run', '--optimizer', 'sgd', '--device', 'cpu'];
  const { code, stdout } = await alexft(words, { cwd: folder, env: emptyCache });
  assert.equal(code, 0);
  assert.match(stdout, /^2 classes \(class-0, class-1\); 3 training images, 2 validation images$/m);
  assert.match(stdout, /^--lr +default +0\.001$/m);
  assert.match(stdout, /^--threads +default +all cores$/m);
  assert.match(stdout, /^--out +default +models\/\d{4}-/m);
  const json = await alexft([...words, '--json'], { cwd: folder, env: emptyCache });
  const [plan, ...more] = jsonLines(json.stdout);
  assert.deepEqual([plan!.event, plan!.schema, plan!.images, more.length], ['plan', 1, 5, 0]);
  assert.deepEqual(await readdir(folder), before);
});

describe('without a native engine, offline', () => {
  const words = ['predict', image, '--model', 'model', '--json'];
  it('--device cpu is an error', async () => {
    const { code, stdout, stderr } = await alexft([...words, '--device', 'cpu', '--no-setup'], {
      cwd: folder,
      env: { ...emptyCache, ALEXFT_OFFLINE: '0' },
    });
    assert.deepEqual([code, stdout], [4, '']);
    assert.match(stderr, /CPU engine is not set up[\s\S]*alexft setup --device cpu/);
  });
  it('--device cuda is an error with every attempt', async () => {
    const { code, stdout, stderr } = await alexft([...words, '--device', 'cuda'], {
      cwd: folder,
      env: emptyCache,
    });
    assert.deepEqual([code, stdout], [4, '']);
    assert.match(stderr, /--device cuda is not available:\n( {2}- .*\n)+.*--device cpu/);
  });
  it('--device auto falls back to wasm and says so', async () => {
    const { code, stdout, stderr } = await alexft(words, { cwd: folder, env: emptyCache });
    assert.equal(code, 0);
    assert.equal(jsonLines(stdout)[0]!.label, 'class-1');
    assert.match(stderr, /No native engine: [\s\S]*Using WebAssembly/);
  });
  it('missing weights are an error', async () => {
    const { code, stderr } = await alexft(['train', '--data', 'images', '--device', 'wasm'], {
      cwd: folder,
      env: emptyCache,
    });
    assert.equal(code, 3);
    assert.match(stderr, /downloads are disabled[\s\S]*--weights none/);
  });
});

describe('the screen', () => {
  // More than one batch: shorter phases have no bar and no line.
  const words = ['evaluate', '--data', 'images', '--model', 'model', '--batch-size', '1'];
  it('--quiet: nothing on stderr', async () => {
    // Through a pipe of the shell, as Node's are sockets: see engine/hiddenLog.ts.
    const { code, stdout } = await inShell('"$@" 2>&1 >/dev/null | cat', [...words, '--quiet'], {
      cwd: folder,
    });
    assert.deepEqual([code, stdout], [0, '']);
    const loud = await inShell('"$@" 2>&1 >/dev/null | cat', words, { cwd: folder });
    assert.match(loud.stdout, /^Evaluating: \d+%, \d of \d+ images/m);
    assert.ok(!loud.stdout.includes(escapeCode));
  });

  const script = spawnSync('script', ['--version']).status === 0;
  const onTerminal = (env: Record<string, string>) =>
    inShell(`script -qec "'$1' '$2' ${words.join(' ')}" /dev/null`, [], { cwd: folder, env });
  it('a bar on a terminal, but not on a dumb one', {
    skip: script ? false : 'no script(1)',
  }, async () => {
    assert.ok((await onTerminal({ TERM: 'xterm' })).stdout.includes(escapeCode));
    const dumb = await onTerminal({ TERM: 'dumb' });
    assert.ok(!dumb.stdout.includes(escapeCode));
    assert.match(dumb.stdout, /^Evaluating: \d+%, \d of \d+ images/m);
  });
  it('NO_COLOR: no colors', { skip: script ? false : 'no script(1)' }, async () => {
    const { stdout } = await onTerminal({ TERM: 'xterm', NO_COLOR: '1' });
    assert.doesNotMatch(stdout.replaceAll(escapeCode, 'ESC'), /ESC\[[\d;]*m/);
  });
});

test('a reader that closes the pipe is not an error', {
  skip: existsSync('/bin/sh') ? false : 'no shell',
}, async () => {
  for (const words of [
    ['inspect'],
    ['predict', 'images', '--model', 'model', '--json', '--batch-size', '1'],
    ['train', '--help'],
  ]) {
    // The status of alexft, not of head: not every sh has pipefail.
    const line = '{ "$@"; echo "status $?" >&2; } | head -1';
    const { stdout, stderr } = await inShell(line, words, { cwd: folder });
    assert.equal(stdout.trimEnd().split('\n').length, 1);
    assert.match(stderr, /^status 0$/m);
    assert.doesNotMatch(stderr, /EPIPE/);
  }
});

test('help loads neither an engine nor sharp', async (t) => {
  const preload = join(await temporaryFolder(t), 'preload.cjs');
  await writeFile(
    preload,
    `process.on('exit', () => process.stderr.write(Object.keys(require('node:module')._cache).join('\\n')));`,
  );
  const loadedBy = (...words: string[]) =>
    spawnSync(process.execPath, ['--require', preload, executable, ...words], { encoding: 'utf8' }).stderr;
  assert.match(loadedBy('inspect'), /tf-core/); // the list is complete
  for (const words of [['--help'], ['train', '--help'], ['--version']]) {
    const loaded = loadedBy(...words);
    assert.match(loaded, /commander/);
    assert.doesNotMatch(loaded, /tensorflow|sharp|glob|string-width|cli-progress/);
  }
});
