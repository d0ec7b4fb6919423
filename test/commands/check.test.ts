// alexft check on synthetic folders: every kind of problem, duplicates, and whether a training would succeed; and the
// warnings at the start of a training.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { check } from '../../dist/commands/check.js';
import { openTrainingSet } from '../../dist/data/dataset/dataset.js';
import { colouredImage, drawFolder } from '../data/colouredFolder.js';
import { shared, temporaryFolder, withoutShared } from '../support.js';

const blank = (width: number, height: number, background = '#308020') =>
  sharp({ create: { width, height, channels: 3, background } });

/** A photo-like image: blurred noise in colour. */
async function photo(seed: number, width = 200, height = 150): Promise<Buffer> {
  const noise = await colouredImage(0.3, seed, 12, 9);
  const stretched = await sharp(noise).normalise().png().toBuffer();
  return sharp(stretched).resize(width, height, { kernel: 'cubic', fit: 'fill' }).png().toBuffer();
}

test('every kind of problem is reported, and every file is counted once', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [12, 12]);
  const at = (name: string) => join(folder, 'class-0', name);
  const image = await photo(1);
  const files: Record<string, [string, Buffer | Uint8Array]> = {
    'cmyk.jpg': ['cmyk', await sharp(image).toColourspace('cmyk').jpeg().toBuffer()],
    'turned.jpg': [
      'rotated',
      await sharp(await photo(2))
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer(),
    ],
    'clear.png': [
      'alpha',
      await sharp(await photo(3))
        .ensureAlpha(0.5)
        .png()
        .toBuffer(),
    ],
    'grey.png': [
      'grey16',
      await sharp(await photo(4))
        .toColourspace('grey16')
        .png({ palette: false })
        .toBuffer(),
    ],
    'small.png': ['tiny', await photo(5, 40, 20)],
    'strip.png': ['elongated', await photo(6, 500, 100)],
    'blank.jpg': ['one-colour', await blank(100, 100).jpeg().toBuffer()],
    'really-a-png.jpg': ['ending', await photo(7)],
    '.hidden.png': ['hidden-image', await photo(8)],
    'huge.png': [
      'huge',
      await blank(8000, 6500)
        .composite([{ input: image }])
        .removeAlpha()
        .png()
        .toBuffer(),
    ],
    'film.webp': [
      'animated',
      await sharp(
        await sharp([await photo(9), await photo(10)], { join: { animated: true } })
          .webp()
          .toBuffer(),
        {
          animated: true,
        },
      )
        .webp()
        .toBuffer(),
    ],
    'empty.jpg': ['unreadable', new Uint8Array()],
    'cut.png': ['unreadable', image.subarray(0, image.length / 2)],
    'page.jpg': ['unreadable', Buffer.from('<!doctype html><p>Not found</p>')],
    'Thumbs.db': ['hidden', Buffer.from('x')],
    'labels.csv': ['other', Buffer.from('x')],
  };
  for (const [name, [, bytes]] of Object.entries(files)) await writeFile(at(name), bytes);
  await writeFile(join(folder, 'beside.png'), image);
  await symlink('nothing', at('broken.jpg'));

  const result = await check({ data: folder, maxBad: 0.2, workers: 2 });
  // All 16-bit grey values are above 255, and so white.
  const more = ['beside.png outside', 'class-0/broken.jpg link', 'class-0/grey.png one-colour'];
  const drawn = /\/\d{4}\.png tiny$/;
  const expected = Object.entries(files).map(([name, [kind]]) => `class-0/${name} ${kind}`);
  assert.deepEqual(
    result.problems
      .map(({ file, kind }) => `${file} ${kind}`)
      .filter((line) => !drawn.test(line))
      .sort(),
    [...expected, ...more].sort(),
  );
  const leftOut = ['unreadable', 'other', 'hidden', 'outside', 'link'];
  assert.equal(result.files, 24 + Object.keys(files).length + 2);
  assert.equal(
    result.files,
    result.pictures + result.problems.filter(({ kind }) => leftOut.includes(kind)).length,
  );
  assert.deepEqual(result.classes, {
    'class-0': { pictures: 23, unreadable: 3 },
    'class-1': { pictures: 12, unreadable: 0 },
  });
  assert.deepEqual(result.reasons, []);
  assert.deepEqual(result.sizes?.width, { min: 40, median: 40, max: 8000 });
  assert.equal(result.split!.train + result.split!.validation, 38);
});

test('duplicates, near-duplicates, in two classes, on both sides of the split', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [20, 20]);
  const at = (label: number, name: string) => join(folder, `class-${label}`, name);
  const image = await photo(1);
  await writeFile(at(0, 'first.png'), image);
  await writeFile(at(0, 'same.png'), image);
  await writeFile(at(0, 'again.jpg'), await sharp(image).resize(120, 90).jpeg({ quality: 60 }).toBuffer());
  await copyFile(at(0, '0003.png'), at(1, 'copy.png'));

  const result = await check({ data: folder });
  assert.deepEqual(result.duplicates, [
    ['class-0/0003.png', 'class-1/copy.png'],
    ['class-0/first.png', 'class-0/same.png'],
  ]);
  assert.deepEqual(result.nearDuplicates, [['class-0/again.jpg', 'class-0/first.png', 'class-0/same.png']]);
  assert.deepEqual(result.underTwoClasses, [['class-0/0003.png', 'class-1/copy.png']]);
  for (let seed = 0, apart = 0; apart < 3; seed++) {
    assert.ok(seed < 100);
    const { onBothSides } = await check({ data: folder, seed, valSplit: 0.5, split: 'torch' });
    const options = {
      data: folder,
      val: undefined,
      seed,
      valSplit: 0.5,
      split: 'torch',
      classWeights: 'none',
    } as const;
    const { names, validation, warnings } = await openTrainingSet(options);
    const judged = new Set(validation.map((sample) => names[sample]!));
    const isApart = (group: readonly string[]) => new Set(group.map((file) => judged.has(file))).size === 2;
    assert.deepEqual(onBothSides, [result.duplicates[0]!, result.nearDuplicates[0]!].filter(isApart));
    if (result.duplicates.some(isApart)) {
      apart += 1;
      assert.ok(
        warnings.some((line) => /^Both trained on and validated on: [12] groups? of files/.test(line)),
      );
    }
  }
});

test('the reasons why a training would fail', async (t) => {
  const folder = await temporaryFolder(t);
  const reasonsOf = async (options = {}) => {
    const { ok, reasons } = await check({ data: folder, ...options });
    assert.equal(ok, reasons.length === 0);
    return reasons.join(' ');
  };
  assert.match(await reasonsOf(), /Expected one folder per class in .* but found none/);
  await drawFolder(folder, [8]);
  assert.match(await reasonsOf(), /has only one class/);
  await mkdir(join(folder, 'empty'));
  assert.match(await reasonsOf(), /has no images for the class empty/);
  await rm(join(folder, 'empty'), { recursive: true });
  await drawFolder(folder, [8, 8]);
  assert.equal(await reasonsOf(), '');
  assert.match(await reasonsOf({ split: 'random', valSplit: 0.9, seed: 1 }), /^$/);
  for (const name of ['0000.png', '0001.png']) await writeFile(join(folder, 'class-0', name), 'no image');
  assert.match(await reasonsOf(), /^2 of the 16 images can't be read, more than --max-bad 0.1 allows\.$/);
  assert.equal(await reasonsOf({ maxBad: 0.125 }), '');
  for (const label of [0, 1]) {
    for (const name of await readdir(join(folder, `class-${label}`)))
      await writeFile(join(folder, `class-${label}`, name), '');
  }
  assert.equal(await reasonsOf({ maxBad: 1 }), 'None of the images can be read.');
  await assert.rejects(check({ data: join(folder, 'nothing') }), { name: 'UserError', exitCode: 3 });
  await assert.rejects(check({}), { name: 'UserError', exitCode: 2, message: '--data is missing.' });
});

test('lists: one path per line or separated by NULs; never inside the dataset', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'photos');
  await drawFolder(data, [10, 10]);
  await writeFile(join(data, 'class-0', 'bad.jpg'), '');
  await writeFile(join(data, 'class-1', 'line\nbreak.jpg'), 'x');
  await symlink('nothing', join(data, 'class-1', 'link.jpg'));
  await writeFile(join(data, 'class-1', 'Thumbs.db'), 'x');
  const [list, list0] = [join(folder, 'list'), join(folder, 'list0')];
  const messages: string[] = [];
  await check(
    { data, list, list0 },
    { onMessage: (message) => messages.push(message), onProgress: () => {} },
  );
  assert.equal(await readFile(list, 'utf8'), `${data}/class-0/bad.jpg\n${data}/class-1/link.jpg\n`);
  assert.equal(
    await readFile(list0, 'utf8'),
    `${data}/class-0/bad.jpg\0${data}/class-1/line\nbreak.jpg\0${data}/class-1/link.jpg\0`,
  );
  assert.match(
    messages.join('\n'),
    /^Not listed, because their names contain line breaks: .*line\\u\{a\}break\.jpg\./,
  );

  // A pipe is written to, not replaced.
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const reader = readFile(join(folder, 'pipe'), 'utf8');
  await check({ data, list: join(folder, 'pipe') });
  assert.equal(await reader, await readFile(list, 'utf8'));

  await symlink(data, join(folder, 'way'));
  for (const inside of [join(data, 'list'), join(data, 'class-0', '0000.png'), join(folder, 'way', 'list')]) {
    await assert.rejects(check({ data, list: inside }), { name: 'UserError', exitCode: 2 });
    await assert.rejects(check({ data, list0: inside }), { name: 'UserError', exitCode: 2 });
  }
  await assert.rejects(check({ data, list: join(folder, 'no', 'list') }), { name: 'UserError', exitCode: 3 });
  assert.deepEqual((await readdir(data)).sort(), ['class-0', 'class-1']);
});

test('aborting the signal stops it at once', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [200, 200]);
  const controller = new AbortController();
  const context = { onMessage: () => {}, onProgress: () => controller.abort(), signal: controller.signal };
  await assert.rejects(check({ data: folder }, context), { name: 'AbortError' });
});

test('a training warns about equal files, empty files and imbalanced classes', async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(folder, [30, 10]);
  const options = {
    data: folder,
    val: undefined,
    seed: 0,
    valSplit: 0.2,
    split: 'stratified',
    classWeights: 'none',
  } as const;
  assert.deepEqual((await openTrainingSet(options)).warnings, [
    "The classes are imbalanced: 'class-0' has 30 images, 'class-1' has 10 (ratio 3). " +
      '--class-weights balanced gives small classes more weight.',
  ]);
  assert.deepEqual((await openTrainingSet({ ...options, classWeights: 'balanced' })).warnings, []);
  for (let i = 0; i < 10; i++) {
    await copyFile(join(folder, 'class-1', `000${i}.png`), join(folder, 'class-1', `copy-${i}.png`));
  }
  await writeFile(join(folder, 'class-0', 'none.png'), '');
  const set = await openTrainingSet(options);
  assert.deepEqual(set.warnings, [
    'Empty files: class-0/none.png.',
    'Same bytes: 10 groups of files (20), such as class-1/0000.png and class-1/copy-0.png. ' +
      'Each group is on one side of the split.',
    `To examine every image: alexft check --data ${folder}`,
  ]);
  const { together, files } = set.record as { together: string[][]; files: { file: string; side: string }[] };
  assert.equal(together.length, 10);
  const sideOf = new Map(files.map(({ file, side }) => [file, side]));
  for (const [one, other] of together) assert.equal(sideOf.get(one!), sideOf.get(other!));

  // Two folders that share images.
  const val = join(folder, '..', `${folder}-val`);
  t.after(() => rm(val, { recursive: true }));
  await cp(join(folder, 'class-1'), join(val, 'class-1'), { recursive: true });
  const { warnings } = await openTrainingSet({ ...options, val });
  assert.ok(
    warnings.some((line) =>
      line.startsWith('Both trained on and validated on: 10 groups of files (40), such as'),
    ),
  );
});

test('../shared: the photos and the malformed files', { skip: withoutShared }, async (t) => {
  const folder = await temporaryFolder(t);
  await cp(join(shared, 'data', 'malformed'), join(folder, 'malformed'), { recursive: true });
  await drawFolder(folder, [8]);
  const { problems, files, pictures } = await check({ data: folder, maxBad: 1 });
  assert.deepEqual(
    Object.fromEntries(
      problems
        .filter(({ file }) => file.startsWith('malformed/'))
        .map(({ file, kind, detail }) => [file.replace('malformed/', ''), `${kind}: ${detail}`]),
    ),
    {
      '65536-uint32-limit.png': 'unreadable: more than 178,956,970 pixels',
      'corrupt-header.jpg': 'unreadable: truncated',
      'truncated.jpg': 'unreadable: truncated',
      'truncated.png': 'unreadable: truncated',
      'rotating-squares.gif': 'extension: an image extension that is not used, as in torchvision',
      'Channel_digital_image_CMYK_color_no_profile.jpg': 'cmyk: converted to RGB without its colour profile',
      'Landscape_6.jpg': 'rotated: EXIF orientation 6 is ignored, as in torchvision',
      'grey-8bit-alpha.png': 'alpha: the alpha channel is dropped',
      'tbgn2c16.png': 'alpha: the alpha channel is dropped',
    },
  );
  assert.deepEqual([files, pictures], [20, 15]);
  const photos = await check({ data: join(shared, 'data', 'PetImages') });
  assert.deepEqual([photos.ok, photos.files, photos.pictures, photos.problems], [true, 2000, 2000, []]);
  assert.deepEqual([photos.duplicates, photos.nearDuplicates], [[], [['Dog/180.jpg', 'Dog/74.jpg']]]);
});
