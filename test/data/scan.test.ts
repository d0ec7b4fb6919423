// The scan against Python's own listing, and what it says of folders that are not as they should be.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { compareCodePoints } from '../../dist/core/codePoints.js';
import { scanImageFolder, walkImages } from '../../dist/data/scan.js';
import { walkFolder } from '../../dist/data/walk.js';
import { MersenneTwister } from '../../dist/random/generator.js';
import { root, temporaryFolder } from '../support.js';

const python = process.env.ALEXFT_PYTHON ?? 'python3';
const withoutPython = spawnSync(python, ['--version']).status === 0 ? false : `no ${python} to compare with`;

/** Makes the files `paths` below `folder`. */
function tree(folder: string, paths: readonly string[]): void {
  const files = paths.map((path) => join(folder, path));
  for (const parent of new Set(files.map(dirname))) mkdirSync(parent, { recursive: true });
  for (const file of files) writeFileSync(file, '');
}

function listedByPython(folder: string) {
  const script = join(root, 'test', 'data', 'torchvisionScan.py');
  return JSON.parse(execFileSync(python, [script, folder], { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

async function listed(folder: string) {
  const { classes, samples } = await scanImageFolder(folder);
  return { classes, samples: samples.map(({ path, label }) => [path, label]) };
}

/** Names in which the order by code point, by UTF-16 unit, by letter and by path differ from each other. */
const oddNames = [
  ...['a', 'A', 'a-b', 'a b', 'a.b', 'ab', 'a!', 'a0', 'B', 'E', 'z', 'Z', 'ß', '10', '9', '09', '日本'],
  ...['é', 'e\u0301', '\u{1f600}', '\uff5e', '\ufb01', '\ue000', '\ud7ff', '\u{10ffff}', '\u202eabc'],
  ...['שלום', 'مرحبا', 'line\nbreak', 'tab\t', ' lead', 'trail ', '.dot', '..dots', '-dash', '~', "quote'"],
  ...['"', '\\back', '%41', '#', '[x]', '*'],
];
const endings = ['.jpg', '.JPG', '.jpeg', '.Png', '.ppm', '.bmp', '.pgm', '.tif', '.TIFF', '.webp'];
const others = ['.gif', '.db', '', '.jpg.txt', '.jpgx', 'jpg'];

/** A tree that the seed draws: `classes` folders, some deep, some with more files than others. */
function drawnTree(classes: number, seed: number): string[] {
  const generator = new MersenneTwister(seed);
  const below = (n: number) => Math.floor(generator.rand() * n);
  const oneOf = (list: readonly string[]) => list[below(list.length)]!;
  const paths = new Set<string>();
  for (let label = 0; label < classes; label++) {
    const name = label < oddNames.length ? oddNames[label]! : `${oneOf(oddNames)}${label}`;
    paths.add(`${name}/first.jpg`);
    for (let file = below(seed % 2 ? 24 : 6); file > 0; file--) {
      const folders = Array.from({ length: below(4) }, () => `${oneOf(oddNames)}d`);
      const ending = generator.rand() < 0.8 ? oneOf(endings) : oneOf(others);
      paths.add([name, ...folders, `${oneOf(oddNames)}${below(100)}${ending}`].join('/'));
    }
  }
  return [...paths];
}

test('drawn trees with odd names are listed as Python lists them', { skip: withoutPython }, async (t) => {
  for (const [seed, classes] of [2, 10, 200, 3, 17, 40, oddNames.length].entries()) {
    const folder = await temporaryFolder(t);
    tree(folder, drawnTree(classes, seed));
    const ours = await listed(folder);
    assert.ok(ours.samples.length > classes);
    assert.deepEqual(ours, listedByPython(folder), `seed ${seed}`);
  }
});

test('names of odd kinds are listed as Python lists them', { skip: withoutPython }, async (t) => {
  const folder = await temporaryFolder(t);
  const names = [
    ...[
      '.jpg',
      '..jpg',
      '.JPG',
      'a.tar.jpg',
      'a.jpg.tar',
      'a.gif.bmp',
      'a.bmp.gif',
      'a.jpg.',
      'a.jpg ',
      'a.jpg~',
    ],
    ...[
      'a.JpEg',
      'a.jpe',
      'a.jfif',
      'a.PPM',
      'a.PGM',
      'a.pbm',
      'a.pnm',
      'a.TIF',
      'a.tifff',
      'a.webp.',
      'a .webp',
    ],
    // A capital that has no ending of its own in lower case, and small ones that look alike.
    ...['a.T\u0130F', 'a.t\u0131f', 'a.jp\u00e9g', 'a.\uff4a\uff50\uff47', 'a\uff0ejpg', 'a.b\u1d39p'],
    // One name in two forms, and letters in which UTF-16's order is not that of code points.
    ...[
      '\u00e9.jpg',
      'e\u0301.jpg',
      '\uac00.jpg',
      '\u1100\u1161.jpg',
      '\u{1f600}.jpg',
      '\uffff.jpg',
      '\ue000.jpg',
    ],
    // What a terminal would obey.
    ...[
      'a\nb.jpg',
      'a\rb.jpg',
      '\u001b[31mred.jpg',
      '\u001b]0;title\u0007.jpg',
      '\u202egpj.exe.jpg',
      '\u007f.jpg',
    ],
    ...[
      '%00.jpg',
      '$(touch x).jpg',
      '`x`.jpg',
      '-rf.jpg',
      '*.jpg',
      '?.jpg',
      '..%2f.jpg',
      ':.jpg',
      '\u00a0.jpg',
    ],
  ];
  // A class and a folder in a class of the same odd names, too; the longest name that there may be.
  const longest = `${'x'.repeat(251)}.jpg`;
  tree(folder, [
    ...names.flatMap((name) => [`cat/${name}`, `${name}.class/1.jpg`, `dog/${name}/1.png`]),
    ...[`cat/${longest}`, '.ipynb_checkpoints/1-checkpoint.jpg', 'cat/.ipynb_checkpoints/2-checkpoint.jpg'],
  ]);
  const ours = await listed(folder);
  assert.deepEqual(ours, listedByPython(folder));
  assert.ok(ours.classes.includes('.ipynb_checkpoints'));
  assert.ok(ours.samples.length > 2 * names.length);
  for (const warning of (await scanImageFolder(folder)).warnings) {
    assert.doesNotMatch(warning, /[\p{Cc}\u202e]/u);
  }
});

test('links to files and folders are followed, as Python follows them', {
  skip: withoutPython,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const elsewhere = await temporaryFolder(t);
  tree(elsewhere, ['x/1.jpg', 'x/y/2.jpg', 'one.jpg', 'notes.txt']);
  tree(folder, ['cat/m.jpg', 'dog/1.jpg']);
  await symlink(join(elsewhere, 'x'), join(folder, 'cat', 'linked'));
  await symlink(join(elsewhere, 'x'), join(folder, 'cat', 'linked again'));
  await symlink(join(elsewhere, 'one.jpg'), join(folder, 'cat', 'a.jpg'));
  await symlink(join(elsewhere, 'notes.txt'), join(folder, 'cat', 'b.jpg'));
  await symlink(join(elsewhere, 'x'), join(folder, 'bird'));
  await symlink('../dog/1.jpg', join(folder, 'dog', '2.jpg'));
  const ours = await listed(folder);
  assert.deepEqual(ours, listedByPython(folder));
  assert.equal(ours.samples.length, 2 + 3 + 4 + 2);
});

test('folders come in the order of their whole path', async (t) => {
  const folder = await temporaryFolder(t);
  const paths = ['cat/z.jpg', 'cat/a/2.jpg', 'cat/a-b/1.jpg', 'cat/a/sub/0.jpg', 'Dog/.jpg'];
  tree(folder, paths);
  const { samples, classes } = await scanImageFolder(folder);
  assert.deepEqual(classes, ['Dog', 'cat']);
  assert.deepEqual(
    samples.map(({ path }) => path),
    ['Dog/.jpg', 'cat/z.jpg', 'cat/a/2.jpg', 'cat/a-b/1.jpg', 'cat/a/sub/0.jpg'],
  );
  assert.deepEqual(await walkImages(`${folder}/cat/`), [
    ...['z.jpg', 'a/2.jpg', 'a-b/1.jpg', 'a/sub/0.jpg'].map((name) => `${folder}/cat/${name}`),
  ]);
});

test('code points are compared, not UTF-16 units', () => {
  const sorted = [
    '',
    'Z',
    'a',
    'ab',
    'a\u0301',
    '\ud7ff',
    '\ue000',
    '\uff5e',
    '\uffff',
    '\u{10000}',
    '\u{1f600}',
  ];
  assert.deepEqual([...sorted].reverse().sort(compareCodePoints), sorted);
  assert.notDeepEqual([...sorted].sort(), sorted);
  assert.equal(compareCodePoints('same', 'same'), 0);
});

test('links in a ring end, and are named', async (t) => {
  const folder = await temporaryFolder(t);
  tree(folder, ['cat/1.jpg', 'cat/deep/2.jpg', 'dog/1.jpg']);
  await symlink('..', join(folder, 'cat', 'deep', 'up'));
  await symlink(folder, join(folder, 'cat', 'top'));
  await symlink('../dog', join(folder, 'cat', 'dogs'));
  await symlink('../cat', join(folder, 'dog', 'cats')); // dog -> cat -> dog
  const { samples, warnings } = await scanImageFolder(folder);
  assert.deepEqual(
    samples.map(({ path }) => path),
    [
      ...['cat/1.jpg', 'cat/deep/2.jpg', 'cat/dogs/1.jpg'],
      ...['dog/1.jpg', 'dog/cats/1.jpg', 'dog/cats/deep/2.jpg'],
    ],
  );
  assert.match(warnings.join('\n'), /cat\/deep\/up: a link back to a folder that it lies in/);
  assert.match(warnings.join('\n'), /cat\/top: a link back/);
});

test('what is no regular file is left out and named', { skip: process.platform === 'win32' }, async (t) => {
  const folder = await temporaryFolder(t);
  tree(folder, ['cat/1.jpg', 'dog/1.jpg']);
  await symlink('nowhere.jpg', join(folder, 'cat', 'broken.jpg'));
  await symlink('self.jpg', join(folder, 'cat', 'self.jpg'));
  await symlink('/dev/zero', join(folder, 'cat', 'device.jpg'));
  execFileSync('mkfifo', [join(folder, 'dog', 'pipe.jpg')]);
  const server = createServer().listen(join(folder, 'dog', 'socket.jpg'));
  t.after(() => server.close());
  const { samples, warnings } = await scanImageFolder(folder);
  assert.deepEqual(
    samples.map(({ path }) => path),
    ['cat/1.jpg', 'dog/1.jpg'],
  );
  assert.deepEqual(warnings, [
    "Left out: cat/broken.jpg: a link that can't be followed (ENOENT); cat/device.jpg: not a regular file; " +
      "cat/self.jpg: a link that can't be followed (ELOOP); dog/pipe.jpg: not a regular file; " +
      'dog/socket.jpg: not a regular file.',
  ]);
});

test('names that are not UTF-8 are left out and named', { skip: process.platform !== 'linux' }, async (t) => {
  const folder = await temporaryFolder(t);
  // Names that do hold U+FFFD can be opened.
  tree(folder, ['cat/1.jpg', 'cat/\ufffd.jpg', 'dog/1.jpg']);
  await writeFile(Buffer.from(`${folder}/cat/\xe9t\xe9.jpg`, 'latin1'), 'x');
  await mkdir(Buffer.from(`${folder}/\xff`, 'latin1'));
  const { classes, samples, warnings } = await scanImageFolder(folder);
  assert.deepEqual(classes, ['cat', 'dog']);
  assert.deepEqual(
    samples.map(({ path }) => path),
    ['cat/1.jpg', 'cat/\ufffd.jpg', 'dog/1.jpg'],
  );
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /cat\/\ufffdt\ufffd\.jpg: its name is not valid UTF-8/);
});

test('hidden names count, files by their ending do not, and both are told', async (t) => {
  const folder = await temporaryFolder(t);
  tree(folder, ['cat/1.jpg', 'cat/.hidden.jpg', 'dog/.sub/1.jpg', '.ipynb_checkpoints/1.jpg', 'loose.jpg']);
  tree(folder, ['cat/Thumbs.db', 'dog/Thumbs.db', 'dog/a.gif', 'dog/b.GIF', 'dog/c.gif', 'dog/README']);
  const { classes, samples, warnings } = await scanImageFolder(folder);
  assert.deepEqual(classes, ['.ipynb_checkpoints', 'cat', 'dog']);
  assert.equal(samples.length, 4);
  assert.deepEqual(warnings, [
    'Hidden folders count as classes, as in torchvision: .ipynb_checkpoints.',
    'Hidden images count too, as in torchvision: cat/.hidden.jpg, dog/.sub/1.jpg.',
    'Left out by their ending: 6 files (.db 2, .gif 3, no ending 1).',
    'In no class, so left out: loose.jpg.',
  ]);
  tree(
    folder,
    Array.from({ length: 7 }, (_, i) => `${i}.png`),
  );
  assert.match(
    (await scanImageFolder(folder)).warnings[3]!,
    /: 0\.png, 1\.png, 2\.png, 3\.png, 4\.png and 3 more\.$/,
  );
});

test('a folder that is no image folder is refused with what to do', async (t) => {
  const folder = await temporaryFolder(t);
  const refused = (path: string, message: RegExp, options?: { minimumClasses: number }) =>
    assert.rejects(
      scanImageFolder(join(folder, path), options),
      (error: Error & { hint?: string; exitCode?: number }) => {
        assert.equal(error.name, 'UserError');
        assert.equal(error.exitCode, 3);
        assert.match(error.message, message);
        assert.ok(error.hint);
        return true;
      },
    );
  tree(folder, [
    'file',
    'flat/1.jpg',
    'flat/2.png',
    'one/cat/1.jpg',
    'gap/cat/1.jpg',
    'gap/dog/1.gif',
    'gap/a\n/x',
  ]);
  await mkdir(join(folder, 'empty'));
  await refused('missing', /^There is no folder '.*missing'\.$/);
  await refused('file', /file' is a file, and a folder was expected\.$/);
  await refused('file/below', /is a file/);
  await refused('empty', /empty' has no folders in it; one for each class was expected\.$/);
  await refused('flat', /flat' has no folders in it, only images \(2\)/);
  await refused('one', /one' has only one class, 'cat': a classifier needs at least two\.$/, {
    minimumClasses: 2,
  });
  await refused('gap', /gap' there is no image for the classes a\\u\{a\}, dog\.$/);
  assert.deepEqual((await scanImageFolder(join(folder, 'one'))).classes, ['cat']);
});

const unprivileged = process.platform !== 'win32' && process.getuid?.() !== undefined;
test('a folder that may not be read is an error, however deep', { skip: !unprivileged }, async (t) => {
  const folder = await temporaryFolder(t);
  tree(folder, ['cat/1.jpg', 'cat/sub/deep/2.jpg', 'dog/1.jpg']);
  const locked = join(folder, 'cat', 'sub', 'deep');
  await chmod(folder, 0o755);
  await chmod(locked, 0);
  // The administrator may read everything: be somebody else meanwhile.
  const administrator = process.getuid?.() === 0;
  if (administrator) process.seteuid?.(65534);
  try {
    await assert.rejects(
      scanImageFolder(folder),
      /^UserError: The folder '.*cat\/sub\/deep' can't be read: no permission/,
    );
  } finally {
    if (administrator) process.seteuid?.(0);
    await chmod(locked, 0o755);
  }
});

test('walkImages keeps the path as it was given, and anything but a folder as it is', async (t) => {
  const folder = await temporaryFolder(t);
  tree(folder, ['b.jpg', 'a.PNG', 'x/1.webp', 'x/2.txt']);
  assert.deepEqual(
    await walkImages(folder),
    ['a.PNG', 'b.jpg', 'x/1.webp'].map((name) => `${folder}/${name}`),
  );
  for (const path of [`${folder}/x/2.txt`, `${folder}/missing.jpg`])
    assert.deepEqual(await walkImages(path), [path]);
  await mkdir(join(folder, 'none'));
  assert.deepEqual(await walkImages(join(folder, 'none')), []);
});

test('25,000 files are listed in well under a second', async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of ['Cat', 'Dog']) {
    tree(
      join(folder, name),
      Array.from({ length: 12_500 }, (_, index) => `${index}.jpg`),
    );
  }
  const started = performance.now();
  const { samples } = await scanImageFolder(folder);
  const took = performance.now() - started;
  t.diagnostic(`${took.toFixed(0)} ms`);
  assert.equal(samples.length, 25_000);
  assert.equal(samples[1]!.path, 'Cat/1.jpg');
  assert.equal(samples[2]!.path, 'Cat/10.jpg');
  assert.ok(took < 1000, `took ${took} ms`);
});

test("a folder that can't be read ends the walks beside it", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'other'));
  await writeFile(join(folder, 'other', 'a.jpg'), '');
  const stop = new AbortController();
  await assert.rejects(walkFolder(join(folder, 'gone'), [folder], { stop }), /There is no folder/);
  assert.ok(stop.signal.aborted);
  assert.deepEqual((await walkFolder(folder, [folder], { stop })).files, []);
  assert.deepEqual((await walkFolder(folder, [folder])).files, ['other/a.jpg']);
});
