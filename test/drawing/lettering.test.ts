import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { fitted, lettering, textWidth } from '../../dist/drawing/lettering.js';
import { Page } from '../../dist/drawing/page.js';
import { root, temporaryFolder } from '../support.js';

const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');

test('every character of ASCII, and letters with marks, are lines of our own', () => {
  for (const text of [ascii, 'Größe, Äpfel, Éclair, ñandú, Škoda, Ångström – naïve … 3 × 4']) {
    const svg = lettering(text, 0, 0, { size: 10 });
    assert.doesNotMatch(svg, /<text/, text);
  }
});

test('other letters are left to the machine’s fonts, and can’t break the SVG', () => {
  const svg = lettering('猫 <&> </text>', 0, 0, { size: 10 });
  assert.match(svg, /^<text [^<>]*>猫 &#60;&#38;&#62; &#60;\/text&#62;<\/text>$/);
});

test('without any font the same pixels are drawn', async (t) => {
  const folder = await temporaryFolder(t);
  const config = join(folder, 'fonts.conf');
  await writeFile(config, `<fontconfig><dir>${folder}</dir></fontconfig>`);
  const page = new Page(900, 40);
  page.write(ascii, 4, 10, { size: 10 });
  const here = await page.encode('.png');
  const program = `
    const { Page } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist', 'drawing', 'page.js')).href)});
    const page = new Page(900, 40);
    page.write(${JSON.stringify(ascii)}, 4, 10, { size: 10 });
    process.stdout.write((await page.encode('.png')).toString('base64'));`;
  const env = { ...process.env, FONTCONFIG_FILE: config, HOME: folder };
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { env });
  assert.equal(stdout.toString(), here.toString('base64'));
  const { data } = await sharp(here).greyscale().raw().toBuffer({ resolveWithObject: true });
  assert.ok(data.filter((level) => level < 100).length > 500, 'nothing was written');
});

test('a line that is too long loses its middle', () => {
  const name = 'a/very/long/path/to/some/image-0001.jpg';
  assert.equal(fitted(name, 10, textWidth(name, 10)), name);
  const short = fitted(name, 10, 100);
  assert.ok(textWidth(short, 10) <= 100);
  assert.match(short, /^a\/.*….*\.jpg$/);
  assert.equal(fitted(name, 10, 1), '…');
});
