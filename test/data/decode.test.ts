// Decoded pixels compared with Pillow's, byte for byte, and the reasons for files that can't be decoded.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { decodeImage, UnreadableImage } from '../../dist/data/decode.js';
import { root, shared, temporaryFolder, withoutShared } from '../support.js';

/** Width, height and the SHA-256 of the RGB bytes, or Pillow's error message. */
type Decoded = [width: number, height: number, sha256: string] | string;

async function decoded(source: string | Uint8Array): Promise<Decoded> {
  const { data, width, height } = await decodeImage(source);
  assert.equal(data.length, width * height * 3);
  return [width, height, createHash('sha256').update(data).digest('hex')];
}

const unreadable = (source: string | Uint8Array, reason: string) =>
  assert.rejects(decodeImage(source), (error) => {
    assert.ok(error instanceof UnreadableImage, String(error));
    assert.equal(error.message, reason);
    return true;
  });

const python = process.env.ALEXFT_PYTHON ?? 'python3';
const pillowIsThere = spawnSync(python, ['-c', 'import PIL; assert PIL.__version__ >= "12"']).status === 0;
const withoutPillow = pillowIsThere ? false : `${python} has no Pillow 12 to compare with`;

/** Decodes each file in `folder` with Pillow. */
const byPillow = (folder: string): Record<string, Decoded> =>
  JSON.parse(
    execFileSync(python, [join(root, 'test', 'data', 'formats', 'pillowDecode.py'), folder], {
      encoding: 'utf8',
    }),
  );

const golden: Record<string, { file: string; decoded: Decoded }> = JSON.parse(
  readFileSync(join(root, 'test', 'golden', 'pillowImages.json'), 'utf8'),
);

// --- Valid images --------------------------------------------------------------------------------

test('small files of all formats are decoded as by Pillow', async (t) => {
  const names = Object.keys(golden);
  assert.ok(names.length >= 13);
  const folder = await temporaryFolder(t);
  for (const name of names) {
    const bytes = Buffer.from(golden[name]!.file, 'base64');
    assert.deepEqual(await decoded(bytes), golden[name]!.decoded, name);
    // The extension is ignored, and a path gives the same result as bytes.
    await writeFile(join(folder, `${name}.bmp`), bytes);
    assert.deepEqual(await decoded(join(folder, `${name}.bmp`)), golden[name]!.decoded, name);
  }
});

/** A synthetic image with smooth and rough areas. */
function synthetic(channels: 1 | 2 | 3 | 4, width = 83, height = 61): Sharp {
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / channels / width);
    data[i] = 3 * x * ((i % channels) + 1) + (y % 7 === 0 ? x * y : 4 * y);
  }
  return sharp(data, { raw: { width, height, channels } });
}

/** 16 bits per channel, with many values below 256. */
function synthetic16(channels: 1 | 2 | 3 | 4, width = 83, height = 61): Sharp {
  const data = Uint16Array.from({ length: width * height * channels }, (_, i) =>
    i % 5 === 0 ? i % 300 : i * 37,
  );
  return sharp(data, { raw: { width, height, channels } });
}

const grey = (image: Sharp) => image.toColourspace('b-w');
const grey16 = (image: Sharp) => image.toColourspace('grey16');
const rgb16 = (image: Sharp) => image.toColourspace('rgb16');
const rotated = (image: Sharp, orientation: number) => image.withMetadata({ orientation });

const table: Record<string, Sharp> = {
  'baseline.jpg': synthetic(3).jpeg(),
  'full colour.jpg': synthetic(3).jpeg({ chromaSubsampling: '4:4:4' }),
  'low quality.jpg': synthetic(3).jpeg({ quality: 5 }),
  'progressive.jpg': synthetic(3).jpeg({ progressive: true }),
  'restarts and tables.jpg': synthetic(3, 300, 200).jpeg({ mozjpeg: true }),
  'grey.jpg': grey(synthetic(1)).jpeg(),
  'one pixel.jpg': synthetic(3, 1, 1).jpeg(),
  'a row.jpg': synthetic(3, 700, 1).jpeg(),
  'the longest row.jpg': synthetic(3, 65500, 1).jpeg(),
  'the longest column.jpg': synthetic(3, 1, 65500).jpeg({ progressive: true }),
  'a long row.png': synthetic(3, 100_000, 1).png(),
  'a long column.png': synthetic(4, 1, 100_000).png({ progressive: true }),
  'the longest row.webp': synthetic(3, 16383, 1).webp(),
  'the longest column.webp': synthetic(4, 1, 16383).webp({ lossless: true }),
  'a long row.tif': synthetic(3, 100_000, 1).tiff({ compression: 'lzw' }),
  'a long column.tif': synthetic(3, 1, 100_000).tiff({ compression: 'deflate' }),
  'cmyk.jpg': synthetic(3).toColourspace('cmyk').jpeg(),
  'profile.jpg': synthetic(3).withIccProfile('p3').jpeg(),
  'rotated.jpg': rotated(synthetic(3), 6).jpeg(),
  'colour.png': synthetic(3).png(),
  'interlaced.png': synthetic(3).png({ progressive: true }),
  'grey.png': grey(synthetic(1)).png(),
  'grey alpha.png': grey(synthetic(2)).png(),
  'alpha.png': synthetic(4).png(),
  'palette.png': synthetic(3).png({ palette: true, colours: 64 }),
  'palette of 4.png': synthetic(3).png({ palette: true, colours: 4 }),
  'palette alpha.png': synthetic(4).png({ palette: true, colours: 32 }),
  'profile.png': synthetic(3).withIccProfile('p3').png(),
  'colour 16.png': rgb16(synthetic16(3)).png(),
  'alpha 16.png': rgb16(synthetic16(4)).png(),
  'grey 16.png': grey16(synthetic16(1)).png(),
  'grey alpha 16.png': grey16(synthetic16(2)).png(),
  'lossy.webp': synthetic(3).webp(),
  'lossless.webp': synthetic(3).webp({ lossless: true }),
  'lossy alpha.webp': synthetic(4).webp(),
  'lossless alpha.webp': synthetic(4).webp({ lossless: true }),
  'plain.tif': synthetic(3).tiff({ compression: 'none' }),
  'lzw.tif': synthetic(3).tiff({ compression: 'lzw', predictor: 'horizontal' }),
  'deflate.tif': synthetic(3).tiff({ compression: 'deflate' }),
  'packbits.tif': synthetic(3).tiff({ compression: 'packbits' }),
  'jpeg.tif': synthetic(3).tiff({ compression: 'jpeg', quality: 90 }),
  'tiles.tif': synthetic(3, 300, 200).tiff({
    compression: 'lzw',
    tile: true,
    tileWidth: 128,
    tileHeight: 128,
  }),
  'pyramid.tif': synthetic(3, 300, 200).tiff({ compression: 'lzw', tile: true, pyramid: true }),
  'big.tif': synthetic(3).tiff({ compression: 'lzw', bigtiff: true }),
  'grey.tif': grey(synthetic(1)).tiff({ compression: 'lzw' }),
  'fax.tif': grey(synthetic(1)).tiff({ compression: 'ccittfax4', predictor: 'none', bitdepth: 1 }),
  'white is 0.tif': grey(synthetic(1)).tiff({
    compression: 'lzw',
    predictor: 'none',
    bitdepth: 1,
    miniswhite: true,
  }),
  'alpha.tif': synthetic(4).tiff({ compression: 'lzw' }),
  'colour 16.tif': rgb16(synthetic16(3)).tiff({ compression: 'lzw' }),
  'grey 16.tif': grey16(synthetic16(1)).tiff({ compression: 'lzw' }),
  'cmyk.tif': synthetic(3).toColourspace('cmyk').tiff({ compression: 'lzw' }),
  'rotated.tif': rotated(synthetic(3), 5).tiff({ compression: 'lzw' }),
};

test('files of every kind are decoded as by Pillow, to the byte', { skip: withoutPillow }, async (t) => {
  const folder = await temporaryFolder(t);
  for (const [name, image] of Object.entries(table))
    await writeFile(join(folder, name), await image.toBuffer());
  const reference = byPillow(folder);
  for (const name of Object.keys(table)) {
    await t.test(name, async () => assert.deepEqual(await decoded(join(folder, name)), reference[name]));
  }
});

test('lossless files are decoded to the encoded pixels', async () => {
  const pixels = await synthetic(3).raw().toBuffer();
  for (const name of ['colour.png', 'interlaced.png', 'lossless.webp', 'plain.tif', 'lzw.tif', 'big.tif']) {
    const { data } = await decodeImage(await table[name]!.toBuffer());
    assert.ok(pixels.equals(data), name);
  }
});

test('an image within a larger buffer is decoded, and the buffer is not changed', async () => {
  const file = await synthetic(3).png().toBuffer();
  const around = Buffer.concat([Buffer.alloc(7, 1), file, Buffer.alloc(9, 2)]);
  const before = Buffer.from(around);
  assert.deepEqual(await decoded(around.subarray(7, 7 + file.length)), await decoded(file));
  assert.ok(around.equals(before));
});

test('only the first frame is decoded', { skip: withoutPillow }, async (t) => {
  const folder = await temporaryFolder(t);
  const two = Buffer.concat([await synthetic(3, 40, 30).raw().toBuffer(), Buffer.alloc(40 * 30 * 3, 200)]);
  const frames = () => sharp(two, { raw: { width: 40, height: 60, channels: 3, pageHeight: 30 } });
  await writeFile(join(folder, 'two.webp'), await frames().webp().toBuffer());
  await writeFile(join(folder, 'two.tif'), await frames().tiff({ compression: 'lzw' }).toBuffer());
  for (const [name, reference] of Object.entries(byPillow(folder))) {
    assert.deepEqual((reference as number[]).slice(0, 2), [40, 30]);
    assert.deepEqual(await decoded(join(folder, name)), reference, name);
  }
});

// --- Damaged files and other formats --------------------------------------------------------------

const malformed = join(shared, 'data', 'malformed');

/** The reason, or Pillow's width, height and SHA-256. */
const expectedOfMalformed: Record<string, Decoded> = {
  '4.webp': [1024, 772, '7c62a6412b43cd6fcb452f95592e8e6158f3bb6091809c23d23d8bbe2be23c7e'],
  '65536-uint32-limit.png': 'more than 178,956,970 pixels',
  'Channel_digital_image_CMYK_color_no_profile.jpg': [
    500,
    333,
    '94747aacd22d8498fa30fcc5abb095222eee8a7d3a0b56593b552810f68674de',
  ],
  'Flag_of_the_Netherlands-16bit.png': [
    900,
    600,
    'a7d6fc33672af8eb6f21aaee4d04e45bff3caa06ed8b02604b1ac2a0eccefc57',
  ],
  'Landscape_6.jpg': [450, 600, 'd7e48e47f06fc5c2141d625bf9ec30958241efe1b47202f53f4f4a8d2a2a03ff'],
  'corrupt-header.jpg': 'truncated',
  'grey-8bit-alpha.png': [400, 300, '90540ea0b87c372e580ba7cb77de3a51d6980946577d20863886991383825f25'],
  'rotating-squares.gif': [80, 80, '460507ddff21d726e9871dda88d04d3b316f8175b4fbe7edb4aa77feb2b78bad'],
  'swiss.png': [68, 68, 'd07dd364e0f80b4a746bf65b337f81ab2940672f17862dedcf7942efcb3fb6f7'],
  'tbgn2c16.png': [32, 32, 'ebefb12e340b9af9e649bebb3506b17e89726a47af24cfa9fd03a918ee5599c3'],
  'truncated.jpg': 'truncated',
  'truncated.png': 'truncated',
};

test('each of the malformed images is decoded as by Pillow or rejected with its reason', {
  skip: withoutShared,
}, async () => {
  assert.deepEqual(readdirSync(malformed).sort(), Object.keys(expectedOfMalformed).sort());
  for (const [name, expected] of Object.entries(expectedOfMalformed)) {
    if (typeof expected === 'string') await unreadable(join(malformed, name), expected);
    else assert.deepEqual(await decoded(join(malformed, name)), expected, name);
  }
});

/** Written by Pillow, with a JFIF header. */
const photo = Buffer.from(golden['baseline.jpg']!.file, 'base64');
const endOfImage = photo.lastIndexOf(Buffer.from([0xff, 0xd9]));

test('JPEGs with stray bytes or an unusual JFIF header, as in PetImages, are decoded', async () => {
  const reference = golden['baseline.jpg']!.decoded;
  const version = photo.indexOf('JFIF\0') + 5;
  const wrongVersion = Buffer.from(photo).fill(0, version, version + 2); // "JFIF revision 0.00"
  assert.deepEqual([photo[version], photo[version + 1]], [1, 1]);
  assert.deepEqual(await decoded(wrongVersion), reference);
  const stray = [photo.subarray(0, endOfImage), Buffer.alloc(214, 0x12), photo.subarray(endOfImage)];
  assert.deepEqual(await decoded(Buffer.concat(stray)), reference);
  assert.deepEqual(await decoded(Buffer.concat([photo, Buffer.alloc(1000, 0x55)])), reference);
});

test('a truncated file is rejected, wherever it is cut', async () => {
  const files = {
    jpg: photo,
    png: await table['colour.png']!.toBuffer(),
    webp: await table['lossy.webp']!.toBuffer(),
    tif: await table['plain.tif']!.toBuffer(),
    'lzw.tif': await table['lzw.tif']!.toBuffer(),
  };
  for (const [name, whole] of Object.entries(files)) {
    for (let part = 0.03; part < 0.97; part += 0.094) {
      const cut = whole.subarray(0, Math.floor(whole.length * part));
      await assert.rejects(decodeImage(cut), (error) => {
        assert.ok(error instanceof UnreadableImage, `${name} ${part}: ${error}`);
        return true;
      });
    }
    if (name !== 'lzw.tif') await unreadable(whole.subarray(0, Math.floor(whole.length * 0.8)), 'truncated');
  }
  await unreadable(photo.subarray(0, endOfImage), 'truncated'); // only the end marker is missing
});

test('damaged files are rejected with a short reason', async () => {
  const png = await table['colour.png']!.toBuffer();
  const damaged = Buffer.from(png);
  damaged.fill(0xaa, png.length >> 1, (png.length >> 1) + 40);
  await unreadable(damaged, 'a damaged PNG');
  await unreadable(Buffer.concat([photo.subarray(0, 4), Buffer.alloc(500)]), 'truncated');
  const linear = await synthetic(3).toColourspace('scrgb').tiff({ compression: 'lzw' }).toBuffer();
  await unreadable(linear, 'an unsupported TIFF: RGB, 3 channels of 32 bits, float');
});

test('other formats are rejected by their content, whatever their name', async (t) => {
  const folder = await temporaryFolder(t);
  const not = 'not a JPEG, PNG, WebP, GIF, AVIF, TIFF, BMP, PGM or PPM image';
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
  for (const [content, reason] of [
    ['', 'empty file'],
    ['x', not],
    ['\xff\xd8', not],
    ['just some text', not],
    [svg, `${not}, but an SVG`],
    [`<?xml version="1.0"?>\n<!-- comment -->\n${svg}`, `${not}, but an SVG`],
    ['\xef\xbb\xbf <!DOCTYPE html><html>', `${not}, but a web page`],
    [(await synthetic(3).gif().toBuffer()).subarray(0, 300), 'truncated'],
    ['\0\0\0\x1cftypavis\0\0\0\0', `${not}, but an AVIF sequence`],
    ['%PDF-1.7\n', `${not}, but a PDF`],
    ['\0\0\0\x18ftypheic\0\0\0\0', `${not}, but a HEIF`],
    ['RIFF\x10\0\0\0AVI LIST', `${not}, but a video or audio file`],
    ['P7\nWIDTH 1\n', `${not}, but a PAM`],
    ['Pf\n1 1\n-1.0\n', `${not}, but a PFM`],
    ['P6 is the name of a format', 'a damaged PPM or PGM'],
    ['BMP is the name of a format', 'a damaged BMP'],
  ] as const) {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
    await unreadable(bytes, reason);
    await writeFile(join(folder, 'photo.jpg'), bytes);
    await unreadable(join(folder, 'photo.jpg'), reason);
  }
});

test('an image that would fill the memory is rejected', async () => {
  // Small files that claim to be large.
  const claiming = async (width: number, height: number) => {
    const png = Buffer.from(await table['colour.png']!.toBuffer());
    png.writeUInt32BE(width, 16);
    png.writeUInt32BE(height, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    return png;
  };
  assert.deepEqual(
    await decoded(await claiming(83, 61)),
    await decoded(await table['colour.png']!.toBuffer()),
  );
  await unreadable(await claiming(13_378, 13_378), 'more than 178,956,970 pixels');
  await unreadable(await claiming(65_536, 65_536), 'more than 178,956,970 pixels');
  await unreadable(await claiming(830, 610), 'a damaged PNG');
});

test('what is no regular file is never opened', {
  skip: process.platform === 'win32',
  timeout: 20_000,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  execFileSync('mkfifo', [at('pipe.jpg')]); // opening it would wait for a writer
  await symlink('/dev/zero', at('zero.jpg')); // reading it would not end
  await symlink('self.jpg', at('self.jpg'));
  await mkdir(at('folder.jpg'));
  await writeFile(at('file'), '');
  await unreadable(at('pipe.jpg'), 'not a regular file');
  await unreadable(at('zero.jpg'), 'not a regular file');
  await unreadable(at('folder.jpg'), 'a folder, not a file');
  await unreadable(at('self.jpg'), 'a circular link');
  await unreadable(at('vanished.jpg'), 'no such file');
  await unreadable(at('file/below.jpg'), 'no such file');
  await unreadable(at('nul\0.jpg'), "can't be read (ERR_INVALID_ARG_VALUE)");
});

test('a file larger than 512 MB is not read', async (t) => {
  const path = join(await temporaryFolder(t), 'film.jpg');
  const file = await open(path, 'w');
  await file.write(photo);
  await file.truncate(600 * 2 ** 20); // sparse: takes no disk space
  await file.close();
  const before = process.memoryUsage().arrayBuffers;
  await unreadable(path, 'larger than 512 MB');
  assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 20);
});

test('a file without read permission is rejected', { skip: process.getuid === undefined }, async (t) => {
  const folder = await temporaryFolder(t);
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'locked.jpg'), photo, { mode: 0 });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await unreadable(join(folder, 'locked.jpg'), 'permission denied');
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test('running out of file descriptors is not reported as an unreadable image', {
  skip: process.platform === 'win32',
}, async (t) => {
  const path = join(await temporaryFolder(t), 'fine.jpg');
  await writeFile(path, photo);
  const script = `
    import { openSync } from 'node:fs';
    import { decodeImage } from ${JSON.stringify(pathToFileURL(join(root, 'dist/data/decode.js')).href)};
    await decodeImage(${JSON.stringify(path)});
    try { for (;;) openSync(${JSON.stringify(path)}); } catch {}
    await decodeImage(${JSON.stringify(path)}).catch((error) => console.log(error.name, error.code));`;
  const command = 'ulimit -n 80; exec "$0" --input-type=module -e "$1"';
  const printed = execFileSync('sh', ['-c', command, process.execPath, script], { encoding: 'utf8' });
  assert.equal(printed, 'Error EMFILE\n');
});

test('concurrent decoding does not mix up results and errors', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'good.jpg'), photo);
  await writeFile(join(folder, 'bad.jpg'), photo.subarray(0, photo.length >> 1));
  const reference = await decoded(await readFile(join(folder, 'good.jpg')));
  const all = Array.from({ length: 60 }, (_, i) =>
    i % 3 === 0 ? unreadable(join(folder, 'bad.jpg'), 'truncated') : decoded(join(folder, 'good.jpg')),
  );
  for (const [i, result] of (await Promise.all(all)).entries()) {
    if (i % 3 !== 0) assert.deepEqual(result, reference);
  }
});
