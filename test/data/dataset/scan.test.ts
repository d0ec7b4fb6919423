// The scan compared with Python's listing, and its warnings and errors.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { compareCodePoints } from '../../../dist/core/codePoints.js';
import { ignoreNothing } from '../../../dist/data/dataset/ignore.js';
import { scanImageFolder, walkImages } from '../../../dist/data/dataset/scan.js';
import { walkFolder } from '../../../dist/data/dataset/walk.js';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { root, temporaryFolder } from '../../support.js';

const python = process.env.ALEXFT_PYTHON ?? 'python3';
const withoutPython = spawnSync(python, ['--version']).status === 0 ? false : `no ${python} to compare with`;

/** Creates empty files `paths` below `folder`. */
function tree(folder: string, paths: readonly string[]): void {
  const files = paths.map((path) => join(folder, path));
  for (const parent of new Set(files.map(dirname))) mkdirSync(parent, { recursive: true });
  for (const file of files) writeFileSync(file, '');
}

function listedByPython(folder: string) {
  const script = join(root, 'test', 'data', 'dataset', 'torchvisionScan.py');
  return JSON.parse(execFileSync(python, [script, folder], { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

async function listed(folder: string) {
  const { classes, samples } = await scanImageFolder(folder, { ignore: ignoreNothing });
  return { classes, samples: samples.map(({ path, label }) => [path, label]) };
}

/** Names whose order by code point, by UTF-16 unit, by letter and by path differ. */
const oddNames = [
  ...['a', 'A', 'a-b', 'a b', 'a.b', 'ab', 'a!', 'a0', 'B', 'E', 'z', 'Z', 'ß', '10', '9', '09', '日本'],
  ...['é', 'e\u0301', '\u{1f600}', '\uff5e', '\ufb01', '\ue000', '\ud7ff', '\u{10ffff}', '\u202eabc'],
  ...['שלום', 'مرحبا', 'line\nbreak', 'tab\t', ' lead', 'trail ', '.dot', '..dots', '-dash', '~', "quote'"],
  ...['"', '\\back', '%41', '#', '[x]', '*'],
];
const endings = ['.jpg', '.JPG', '.jpeg', '.Png', '.ppm', '.bmp', '.pgm', '.tif', '.TIFF', '.webp'];
const others = ['.gif', '.db', '', '.jpg.txt', '.jpgx', 'jpg'];

/** A random tree of `classes` folders of different depth and size. */
function randomTree(classes: number, seed: number): string[] {
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

test('random trees with unusual names are listed as in Python', { skip: withoutPython }, async (t) => {
  for (const [seed, classes] of [2, 10, 200, 3, 17, 40, oddNames.length].entries()) {
    const folder = await temporaryFolder(t);
    tree(folder, randomTree(classes, seed));
    const ours = await listed(folder);
    assert.ok(ours.samples.length > classes);
    assert.deepEqual(ours, listedByPython(folder), `seed ${seed}`);
  }
});

test('unusual names are listed as in Python', { skip: withoutPython }, async (t) => {
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
    // Letters whose lower case is not ASCII, and letters that look like ASCII.
    ...['a.T\u0130F', 'a.t\u0131f', 'a.jp\u00e9g', 'a.\uff4a\uff50\uff47', 'a\uff0ejpg', 'a.b\u1d39p'],
    // Composed and decomposed names, and characters whose order differs in UTF-16.
    ...[
      '\u00e9.jpg',
      'e\u0301.jpg',
      '\uac00.jpg',
      '\u1100\u1161.jpg',
      '\u{1f600}.jpg',
      '\uffff.jpg',
      '\ue000.jpg',
    ],
    // Control sequences for terminals.
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
  // Also as names of classes and of folders in a class; and the longest possible name.
  const longest = `${'x'.repeat(251)}.jpg`;
  tree(folder, [
    ...names.flatMap((name) => [`cat/${name}`, `${name}.class/1.jpg`, `dog/${name}/1.png`]),
    ...[`cat/${longest}`, '.ipynb_checkpoints/1-checkpoint.jpg', 'cat/.ipynb_checkpoints/2-checkpoint.jpg'],
  ]);
  const ours = await listed(folder);
  assert.deepEqual(ours, listedByPython(folder));
  assert.ok(ours.classes.includes('.ipynb_checkpoints'));
  assert.ok(ours.samples.length > 2 * names.length);
  for (const warning of (await scanImageFolder(folder, { ignore: ignoreNothing })).warnings) {
    assert.doesNotMatch(warning, /[\p{Cc}\u202e]/u);
  }
});

test('links to files and folders are followed as in Python', {
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

test('folders are sorted by their whole path', async (t) => {
  const folder = await temporaryFolder(t);
  const paths = ['cat/z.jpg', 'cat/a/2.jpg', 'cat/a-b/1.jpg', 'cat/a/sub/0.jpg', 'Dog/.jpg'];
  tree(folder, paths);
  const { samples, classes } = await scanImageFolder(folder);
  assert.deepEqual(classes, ['Dog', 'cat']);
  assert.deepEqual(
    samples.map(({ path }) => path),
    ['Dog/.jpg', 'cat/z.jpg', 'cat/a/2.jpg', 'cat/a-b/1.jpg', 'cat/a/sub/0.jpg'],
  );
  assert.deepEqual((await walkImages(`${folder}/cat/`)).files, [
    ...['z.jpg', 'a/2.jpg', 'a-b/1.jpg', 'a/sub/0.jpg'].map((name) => `${folder}/cat/${name}`),
  ]);
});

test('names are compared by code points, not by UTF-16 units', () => {
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

test('circular links are skipped and named', async (t) => {
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
  assert.match(warnings.join('\n'), /cat\/deep\/up: a link to one of its parent folders/);
  assert.match(warnings.join('\n'), /cat\/top: a link to one/);
});

test('special files are skipped and named', { skip: process.platform === 'win32' }, async (t) => {
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
    'Skipped: cat/broken.jpg: a broken link (ENOENT); cat/device.jpg: not a regular file; ' +
      'cat/self.jpg: a broken link (ELOOP); dog/pipe.jpg: not a regular file; ' +
      'dog/socket.jpg: not a regular file.',
  ]);
});

test('names that are not UTF-8 are skipped and named', { skip: process.platform !== 'linux' }, async (t) => {
  const folder = await temporaryFolder(t);
  // A name that really contains U+FFFD can be opened.
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

test('hidden images are used, files with other extensions are skipped, and both are reported', async (t) => {
  const folder = await temporaryFolder(t);
  tree(folder, ['cat/1.jpg', 'cat/.hidden.jpg', 'dog/.sub/1.jpg', '.ipynb_checkpoints/1.jpg', 'loose.jpg']);
  tree(folder, ['cat/Thumbs.db', 'dog/Thumbs.db', 'dog/a.gif', 'dog/b.GIF', 'dog/c.gif', 'dog/README']);
  const ignore = ignoreNothing;
  const { classes, samples, warnings } = await scanImageFolder(folder, { ignore });
  assert.deepEqual(classes, ['.ipynb_checkpoints', 'cat', 'dog']);
  assert.equal(samples.length, 4);
  assert.deepEqual(warnings, [
    'Hidden folders are used as classes, as in torchvision: .ipynb_checkpoints.',
    'Hidden images are used, as in torchvision: cat/.hidden.jpg, dog/.sub/1.jpg.',
    'Skipped because of the extension: 6 files (.db 2, .gif 3, no extension 1).',
    'Skipped images outside the class folders: loose.jpg.',
  ]);
  tree(
    folder,
    Array.from({ length: 7 }, (_, i) => `${i}.png`),
  );
  assert.match(
    (await scanImageFolder(folder, { ignore })).warnings[3]!,
    /: 0\.png, 1\.png, 2\.png, 3\.png, 4\.png and 3 more\.$/,
  );
});

test('a folder without the expected layout is an error with a hint', async (t) => {
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
  await refused('missing', /^The folder '.*missing' does not exist\.$/);
  await refused('file', /^Expected a folder but '.*file' is a file\.$/);
  await refused('file/below', /is a file/);
  await refused('empty', /^Expected one folder per class in '.*empty' but found none\.$/);
  await refused('flat', /flat' but found only images \(2\)\.$/);
  await refused('one', /one' has only one class, 'cat': a classifier needs at least two\.$/, {
    minimumClasses: 2,
  });
  await refused(
    'gap',
    /gap' has no images for the classes a\\u\{a\}, dog\. Found only: \.gif 1, no extension 1\.$/,
  );
  assert.deepEqual((await scanImageFolder(join(folder, 'one'))).classes, ['cat']);
});

const unprivileged = process.platform !== 'win32' && process.getuid?.() !== undefined;
test('a folder that can not be read is an error at any depth', { skip: !unprivileged }, async (t) => {
  const folder = await temporaryFolder(t);
  tree(folder, ['cat/1.jpg', 'cat/sub/deep/2.jpg', 'dog/1.jpg']);
  const locked = join(folder, 'cat', 'sub', 'deep');
  await chmod(folder, 0o755);
  await chmod(locked, 0);
  // root can read everything, so change the user.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await assert.rejects(
      scanImageFolder(folder),
      /^UserError: Can't read the folder '.*cat\/sub\/deep': permission denied/,
    );
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(locked, 0o755);
  }
});

test('walkImages keeps the path as given, and returns a path that is no folder', async (t) => {
  const folder = await temporaryFolder(t);
  tree(folder, ['b.jpg', 'a.PNG', 'x/1.webp', 'x/2.txt']);
  assert.deepEqual(
    (await walkImages(folder)).files,
    ['a.PNG', 'b.jpg', 'x/1.webp'].map((name) => `${folder}/${name}`),
  );
  for (const path of [`${folder}/x/2.txt`, `${folder}/missing.jpg`])
    assert.deepEqual((await walkImages(path)).files, [path]);
  await mkdir(join(folder, 'none'));
  assert.deepEqual((await walkImages(join(folder, 'none'))).files, []);
});

test('25,000 files are listed in less than a second', async (t) => {
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

test("a folder that can't be read stops the other walks", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'other'));
  await writeFile(join(folder, 'other', 'a.jpg'), '');
  const stop = new AbortController();
  await assert.rejects(walkFolder(join(folder, 'gone'), [folder], { stop }), /does not exist/);
  assert.ok(stop.signal.aborted);
  assert.deepEqual((await walkFolder(folder, [folder], { stop })).files, []);
  assert.deepEqual((await walkFolder(folder, [folder])).files, ['other/a.jpg']);
});
