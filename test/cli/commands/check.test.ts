// alexft check as a process: its table, its JSON, its exit codes, and an interrupt.

import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkLines } from '../../../dist/cli/commands/checkCommand.js';
import { columnsOf } from '../../../dist/cli/terminal/columns.js';
import { check } from '../../../dist/commands/check.js';
import { colouredImage, drawFolder } from '../../data/colouredFolder.js';
import { temporaryFolder } from '../../support.js';
import { alexft, jsonLines } from '../run.js';

test('a table, an object, and 0 for a dataset that can be trained on', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [12, 12]);
  await writeFile(join(folder, 'class-0', 'bad\u001b[31m.jpg'), '');
  await writeFile(join(folder, 'class-1', '0099.png'), await colouredImage(0.5, 1000));
  const words = ['check', '--data', folder];
  const shown = await alexft(words);
  assert.equal(shown.code, 0, shown.stderr);
  const lines = shown.stdout.split('\n');
  assert.equal(lines[0], `${folder}: 26 files, 25 readable images`);
  assert.ok(
    lines.some((line) => /^class-0 +12 +1$/.test(line)),
    shown.stdout,
  );
  assert.ok(
    lines.some((line) => /^unreadable +1 {2}class-0\/bad\\u\{1b\}\[31m\.jpg: empty file$/.test(line)),
  );
  assert.ok(lines.some((line) => /^same bytes +1 {2}class-1\/0000\.png = class-1\/0099\.png$/.test(line)));
  assert.ok(lines.includes('This dataset can be trained on.'));
  assert.ok(!shown.stdout.includes('\u001b'));

  const json = await alexft([...words, '--json', '--quiet']);
  assert.equal(json.stderr, '');
  const [result, ...more] = jsonLines(json.stdout);
  assert.deepEqual(more, []);
  assert.deepEqual([result!.schema, result!.ok, result!.files, result!.pictures], [1, true, 26, 25]);
  assert.deepEqual(result!.duplicates, [['class-1/0000.png', 'class-1/0099.png']]);
});

test('3 for one that cannot, with the reason in both', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [5]);
  const shown = await alexft(['check', '--data', folder]);
  assert.equal(shown.code, 3);
  assert.match(shown.stdout, /only one class.*\nThis dataset cannot be trained on\.\n$/);
  const json = await alexft(['check', '--data', folder, '--json']);
  assert.equal(json.code, 3);
  assert.match(String((jsonLines(json.stdout)[0]!.reasons as string[])[0]), /only one class/);
  const training = await alexft(['train', '--data', folder, '--dry-run']);
  assert.equal(training.code, 3);
});

test('usage: 2; a missing folder: 3', async () => {
  assert.equal((await alexft(['check'])).code, 2);
  assert.equal((await alexft(['check', '--data', 'nothing/here'])).code, 3);
  assert.equal((await alexft(['check', '--data', 'x', '--val-split', '2'])).code, 2);
});

test('an interrupt ends it immediately: exit 130, nothing on stdout', async (t) => {
  const folder = await temporaryFolder(t);
  // One image under many names, which would take minutes.
  const large = join(folder, 'large.png');
  await writeFile(large, await colouredImage(0.2, 1, 3000, 3000));
  for (const name of ['a', 'b']) {
    await mkdir(join(folder, 'data', name), { recursive: true });
    for (let i = 0; i < 1000; i++) await symlink(large, join(folder, 'data', name, `${i}.png`));
  }
  let sent = 0;
  const start = performance.now();
  const { code, stdout } = await alexft(['check', '--data', join(folder, 'data')], {
    onStderr: (child, stderr) => {
      if (!sent && stderr.includes('Checking')) {
        child.kill('SIGINT');
        sent = performance.now();
      }
    },
  });
  assert.deepEqual([code, stdout], [130, '']);
  assert.ok(performance.now() - sent < 15_000, `${performance.now() - start} ms`);
});

test('the tables fit a narrow terminal', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [2, 2]);
  const name = 'a-very-long-name-of-an-image-that-a-camera-has-written-猫の写真.png';
  await writeFile(join(folder, 'class-0', name), '');
  await mkdir(join(folder, '猫の写真-and-a-long-name-of-a-class-beside-the-others'));
  const same = await colouredImage(0.5, 7);
  for (const prefix of ['first-of-two', 'second-of-two']) {
    await writeFile(join(folder, 'class-1', `${prefix}-${name}`), same);
  }
  const result = await check({ data: folder });
  for (const columns of [40, 60, 80]) {
    for (const line of checkLines(result, columns)) {
      // Words that are too long, such as the path of the dataset, are not broken.
      assert.ok(columnsOf(line) <= columns || !line.includes(' '), `${columns}: ${line}`);
    }
  }
  const whole = checkLines(result, Number.POSITIVE_INFINITY);
  assert.ok(whole.some((line) => line.endsWith(`class-0/${name}: empty file`)));
  assert.ok(whole.some((line) => line.endsWith(`${name} = class-1/second-of-two-${name}`)));
  const narrow = checkLines(result, 60);
  assert.ok(
    narrow.some((line) => /^unreadable {2,}1 {2}class-0\/a-very-.*\.\.$/.test(line)),
    narrow.join('\n'),
  );
});
