// A thousand unusual files, most of them built byte by byte, compared with Pillow's pixels; and the known differences.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { decodeImage, UnreadableImage } from '../../../dist/data/decode.js';
import { MersenneTwister } from '../../../dist/random/generator.js';
import { root } from '../../support.js';

/** Width, height and the SHA-256 of the RGB bytes, or the reason for rejecting the file. */
type Decoded = [width: number, height: number, sha256: string] | string;
type Images = Record<string, { file: string; decoded: Decoded }>;

const golden: Images = JSON.parse(
  gunzipSync(readFileSync(join(root, 'test', 'golden', 'builtImages.json.gz'))).toString(),
);

const python = process.env.ALEXFT_PYTHON ?? 'python3';
const pillowIsThere = spawnSync(python, ['-c', 'import PIL; assert PIL.__version__ >= "12"']).status === 0;
const withoutPillow = pillowIsThere ? false : `${python} has no Pillow 12 to compare with`;

function pillow(flag: string, input = ''): string {
  return execFileSync(python, [join(root, 'test', 'data', 'formats', 'pillowDecode.py'), flag], {
    encoding: 'utf8',
    input,
    maxBuffer: 2 ** 28,
    stdio: ['pipe', 'pipe', 'ignore'], // discards libtiff's warnings
  });
}

async function decoded(bytes: Uint8Array): Promise<Decoded> {
  try {
    const { data, width, height } = await decodeImage(bytes);
    assert.equal(data.length, width * height * 3);
    return [width, height, createHash('sha256').update(data).digest('hex')];
  } catch (error) {
    assert.ok(error instanceof UnreadableImage, String(error));
    assert.ok(error.message.length < 120, error.message);
    return error.message;
  }
}

/** Decoded by Pillow, rejected by decodeImage with this reason. Listed in docs/parity.md. */
const rejectedHere: readonly [names: RegExp, reason: RegExp][] = [
  [/^Pf\.pnm$/, /but a PFM$/],
  [/^(PyP|PyRGBA|P0CMYK)\.pnm$/, /^not a JPEG/],
  [/^grey, black is 0, 8 bits, signed/, /channel of 8 bits, signed$/],
  [/^grey, (black is 0, )?12 bits/, /channel of 12 bits$/],
  [/^RGB, 8 bits, [56] channels/, /RGB, [56] channels of 8 bits$/],
  [/^RGB, 16 bits, 4 channels, extra \[1\]/, /RGB, 4 channels of 16 bits$/],
  [/^palette, 8 bits, table of bytes|^palette, short table/, /palette, 1 channel/],
  [/^palette and alpha|^PA, /, /palette, 2 channels/],
  [/^CIELAB, 8 bits\.tif|^LAB, /, /CIELAB, 3 channels/],
  [/^RGB, .*, tiled planes/, /in tiled planes$/],
  [/^YCbCr(?!, jpeg)/, /YCbCr, 3 channels/],
  [/^a second page that is none/, /^a damaged TIFF$/],
  [
    /^(an unknown critical chunk|a palette that is missing|a palette of odd length|rows missing)\.png/,
    /^a damaged PNG$/,
  ],
];

/** Rejected by Pillow, decoded by decodeImage. */
const decodedHere: readonly RegExp[] = [
  /^P1, junk behind\.pnm|^P2, a long word behind\.pnm/,
  /^grey and alpha [01], black is 0, 8 bits|^grey without extra, 2 channels/,
  /^grey, black is 0, 32 bits(, kind 1, small)?, big\.tif/,
  /^big(, LZW)?, big\.tif/,
  /^lowest bit first, white is 0, 8 bits/,
  /^a text's checksum wrong\.png/,
];

/** Pillow mixes up the planes of uncompressed 16-bit planar files. */
const otherPixels = /^RGB 16, none, planes\.tif/;

async function compare(images: Images): Promise<{ equal: number; rejected: number; known: number }> {
  const counts = { equal: 0, rejected: 0, known: 0 };
  for (const [name, { file, decoded: reference }] of Object.entries(images)) {
    const ours = await decoded(Buffer.from(file, 'base64'));
    const rejected = rejectedHere.find(([names]) => names.test(name) && typeof reference !== 'string');
    if (rejected !== undefined) {
      assert.match(String(ours), rejected[1], name);
      counts.known++;
    } else if (decodedHere.some((names) => names.test(name))) {
      assert.equal(typeof reference, 'string', name);
      assert.notEqual(typeof ours, 'string', `${name}: ${ours}`);
      counts.known++;
    } else if (otherPixels.test(name)) {
      assert.deepEqual(ours.slice(0, 2), reference.slice(0, 2), name);
      assert.notEqual(ours[2], reference[2], name);
      counts.known++;
    } else if (typeof reference === 'string') {
      assert.equal(typeof ours, 'string', `${name}: Pillow rejects it: ${reference}`);
      counts.rejected++;
    } else {
      assert.deepEqual(ours, reference, name);
      counts.equal++;
    }
  }
  return counts;
}

test('unusual files are decoded as by Pillow to the byte, rejected as by Pillow, or differ in a known way', async (t) => {
  const { equal, rejected, known } = await compare(golden);
  t.diagnostic(`${equal} equal, ${rejected} rejected by both, ${known} known differences`);
  assert.ok(equal > 650 && rejected > 290 && known < 80);
});

test('the golden file is up to date, and files encoded by the installed Pillow are decoded as by Pillow', {
  skip: withoutPillow,
}, async () => {
  const now: Images = JSON.parse(pillow('--built'));
  assert.deepEqual(Object.keys(now), Object.keys(golden));
  // Files built byte by byte never change; files encoded by Pillow may change with its version.
  for (const name of Object.keys(now)) {
    if (/\.(bmp|pnm)$/.test(name)) assert.deepEqual(now[name], golden[name], name);
  }
  await compare(now);
});

test('BMPs and PNMs with changed, removed and added bytes are decoded as by Pillow', {
  skip: withoutPillow,
}, async () => {
  const generator = new MersenneTwister(5);
  const below = (n: number) => Math.floor(generator.rand() * n);
  const names = Object.keys(golden).filter((name) => /^(?!P[1y0f]|P2).*\.(bmp|pnm)$/.test(name));
  const files: Record<string, string> = {};
  while (Object.keys(files).length < 1500) {
    const name = names[below(names.length)]!;
    const bytes = [...Buffer.from(golden[name]!.file, 'base64')];
    for (let changes = 1 + below(3); changes > 0; changes--) {
      const at = below(Math.min(bytes.length, 70));
      const kind = below(4);
      if (kind === 0) bytes[at] = below(256);
      else if (kind === 1) bytes[at] = [0, 1, 0x20, 0x23, 0x30, 127, 128, 255][below(8)]!;
      else if (kind === 2) bytes.splice(at, 1 + below(3));
      else bytes.splice(at, 0, below(256));
    }
    // Images of many million pixels take Pillow seconds; they are tested separately.
    const claimed = bytes[0] === 0x42 && (bytes[20]! | bytes[21]! | bytes[24]!) > 0;
    if (!claimed) files[`${Object.keys(files).length} ${name}`] = Buffer.from(bytes).toString('base64');
  }
  const reference: Record<string, Decoded> = JSON.parse(pillow('--stdin', JSON.stringify(files)));
  let equal = 0;
  for (const [name, file] of Object.entries(files)) {
    const ours = await decoded(Buffer.from(file, 'base64'));
    if (typeof reference[name] === 'string')
      assert.equal(typeof ours, 'string', `${name}: ${reference[name]}`);
    else {
      assert.deepEqual(ours, reference[name], `${name} ${file}`);
      equal++;
    }
  }
  assert.ok(equal > 150, `only ${equal} of them can be decoded`);
});

// --- Hostile files ---------------------------------------------------------------------------------

/** Returns the reason, and checks that decoding takes little time and memory. */
async function quickly(bytes: Uint8Array): Promise<Decoded> {
  const before = process.memoryUsage().arrayBuffers;
  const started = performance.now();
  const result = await decoded(bytes);
  assert.ok(performance.now() - started < 500);
  assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 22);
  return result;
}

const bmpOf = (width: number, height: number, bits: number, compression = 0, pixels = Buffer.alloc(0)) => {
  const head = Buffer.alloc(54 + (bits <= 8 ? 4 * 2 ** bits : 0));
  head.write('BM');
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(compression, 30);
  return Buffer.concat([head, pixels]);
};

test('sizes that exceed the file are rejected before memory is allocated', async () => {
  for (const bits of [1, 4, 8, 16, 24, 32]) {
    assert.equal(await quickly(bmpOf(13_377, 13_377, bits)), 'truncated');
    assert.equal(await quickly(bmpOf(13_378, 13_378, bits)), 'more than 178,956,970 pixels');
    assert.equal(await quickly(bmpOf(2 ** 31 - 1, 2 ** 31 - 1, bits)), 'more than 178,956,970 pixels');
    assert.equal(await quickly(bmpOf(-5, 5, bits)), 'more than 178,956,970 pixels');
    assert.equal(await quickly(bmpOf(1, -(2 ** 24), bits)), 'truncated');
    assert.equal(await quickly(bmpOf(1, -(2 ** 24) - 1, bits)), 'more than 178,956,970 pixels');
  }
  for (const kind of [1, 2, 3, 4, 5, 6]) {
    const of = (size: string, maximum: number) =>
      Buffer.from(`P${kind} ${size}${kind % 3 === 1 ? '' : ` ${maximum}`}\n0 0`);
    for (const maximum of [255, 65535]) {
      assert.equal(await quickly(of('13377 13377', maximum)), 'truncated');
      assert.equal(await quickly(of('13378 13378', maximum)), 'more than 178,956,970 pixels');
      assert.equal(await quickly(of('9999999999 9999999999', maximum)), 'more than 178,956,970 pixels');
    }
  }
});

test('long and circular headers are rejected quickly', async () => {
  const comments = Buffer.concat([Buffer.from('P6 '), Buffer.alloc(2 ** 21, '#x\n')]);
  assert.equal(await quickly(comments), 'truncated');
  assert.equal(await quickly(Buffer.concat([Buffer.from('P6 '), Buffer.alloc(2 ** 21, ' ')])), 'truncated');
  assert.equal(
    await quickly(Buffer.concat([Buffer.from('P2 9 9 9 '), Buffer.alloc(2 ** 21, '1')])),
    'a damaged PPM or PGM',
  );
  // A TIFF whose directory overlaps its entries, and tags that claim 4 billion values.
  const tiff = Buffer.alloc(2 ** 20, 'II*\0\x08\0\0\0');
  assert.equal(typeof (await quickly(tiff)), 'string');
  const counts = Buffer.from(golden['palette, 8 bits, little.tif']!.file, 'base64');
  for (let entry = 10; entry < 10 + 12 * counts.readUInt16LE(8); entry += 12) {
    const changed = Buffer.from(counts);
    changed.writeUInt32LE(0xffffffff, entry + 4);
    assert.equal(typeof (await quickly(changed)), 'string');
  }
});

test('a few bytes of runs can fill a large image, up to a limit', async () => {
  const jumps = Buffer.alloc(4 * 40, Buffer.from([0, 2, 255, 255]));
  const { data, width, height } = await decodeImage(bmpOf(1000, 9000, 8, 1, jumps));
  assert.deepEqual([data.length, width, height], [27_000_000, 1000, 9000]);
  assert.equal(await decoded(bmpOf(1000, 60_000, 8, 1, jumps)), 'truncated');
});
