import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { renderCaptions } from '../../dist/drawing/caption.js';
import { Page } from '../../dist/drawing/page.js';
import { root, temporaryFolder } from '../support.js';

const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
const accents = 'Größe, Äpfel, Éclair, ñandú, Škoda, Ångström – naïve … 3 × 4';

async function rendered(text: string, style: { size?: number; maxWidth?: number } = {}) {
  const caption = { text, x: 0, y: 0, style: { size: 14, ...style } };
  const [overlay] = await renderCaptions([caption]);
  const { input, top } = overlay!;
  const { width, height } = overlay!.raw!;
  return { pixels: input as Buffer, width, height, top: top! };
}

/** Levels of grey. */
async function pageWith(lines: readonly string[], x = 4): Promise<Buffer> {
  const page = new Page(900, 30 * lines.length);
  lines.forEach((line, index) => {
    page.write(line, x, 30 * index + 8, { size: 14 });
  });
  return await sharp(await page.encode('.png'))
    .greyscale()
    .raw()
    .toBuffer();
}

const meanDifference = (a: Buffer, b: Buffer): number =>
  a.reduce((sum, level, index) => sum + Math.abs(level - b[index]!), 0) / a.length;

test('captions look the same without fonts on the system', async (t) => {
  const folder = await temporaryFolder(t);
  const config = join(folder, 'fonts.conf');
  await writeFile(config, `<fontconfig><dir>${folder}</dir></fontconfig>`);
  const program = `
    const { Page } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist', 'drawing', 'page.js')).href)});
    const page = new Page(900, 60);
    page.write(${JSON.stringify(ascii)}, 4, 8, { size: 14 });
    page.write(${JSON.stringify(accents)}, 4, 38, { size: 14 });
    process.stdout.write((await page.encode('.png')).toString('base64'));`;
  const env = { ...process.env, FONTCONFIG_FILE: config, HOME: folder };
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { env });
  assert.equal(stderr.toString(), '');
  const without = await sharp(Buffer.from(stdout.toString(), 'base64')).greyscale().raw().toBuffer();

  const here = await pageWith([ascii, accents]);
  const difference = meanDifference(here, without);
  const shift = meanDifference(here, await pageWith([ascii, accents], 5));
  assert.ok(difference < shift / 10, `${difference}, and ${shift} for a shift of one pixel`);
});

test('names are not markup', async () => {
  const { width } = await rendered('aaa');
  assert.ok((await rendered('<b>a</b>')).width > 1.5 * width);
  assert.ok((await rendered('a&lt;a')).width > 1.3 * width);
  for (const text of ['', '<', '&', '</span>', '<span foreground="red">', '猫 🐱', '\ud800']) {
    assert.ok((await rendered(text)).height > 10, text);
  }
});

test('lines have the same baseline, with and without accents and descenders', async () => {
  const rowsOf = async (text: string) => {
    const { pixels, width, height, top } = await rendered(text, { size: 40 });
    // The columns of the first letter.
    const rows = Array.from({ length: height }, (_, y) => y).filter((y) =>
      Array.from({ length: 15 }, (_, x) => pixels[4 * (y * width + x) + 3]!).some((alpha) => alpha > 128),
    );
    return [top + rows[0]!, top + rows.at(-1)!];
  };
  const expected = await rowsOf('x');
  for (const text of ['xgj_', 'xÅ', 'x–']) assert.deepEqual(await rowsOf(text), expected, text);
  const [first, last] = expected as [number, number];
  assert.ok(first > 5 && last < 40 && last - first > 15, `${first} to ${last}`);
});

test('a line that is too long loses its middle', async () => {
  const path = (first: string, last: string) => `${first}/very/long/path/to/some/image-000${last}.jpg`;
  const full = await rendered(path('a', '1'));
  const fits = await rendered(path('a', '1'), { maxWidth: full.width });
  assert.deepEqual(fits.pixels, full.pixels);
  const short = await rendered(path('a', '1'), { maxWidth: 120 });
  assert.ok(short.width <= 120 && short.width > 80, `${short.width} pixels`);
  for (const [first, last] of [
    ['b', '1'],
    ['a', '2'],
  ] as const) {
    assert.notDeepEqual((await rendered(path(first, last), { maxWidth: 120 })).pixels, short.pixels);
  }
  const ellipsis = await rendered('…');
  assert.deepEqual((await rendered(path('a', '1'), { maxWidth: 1 })).pixels, ellipsis.pixels);
});
