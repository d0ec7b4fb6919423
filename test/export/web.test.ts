// The page of `export --to web` in Chromium: its predictions are those of `alexft predict`.

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { exportModel } from '../../dist/commands/models/export.js';
import { predict } from '../../dist/commands/models/predict.js';
import { type Preprocessing, preprocessingOf } from '../../dist/data/transforms/preprocessing.js';
import type { ExportOptions } from '../../dist/options/exportOptions.js';
import { writeRandomModel } from '../commands/models.js';
import { drawFolder } from '../data/colouredFolder.js';
import { checkAccess, givePhotos, launch, opened } from '../page/openPage.js';
import { serveFolder } from '../page/staticServer.js';
import { shared, temporaryFolder, withoutChromium, withoutShared } from '../support.js';

const wasm = { device: 'wasm', noSetup: true } as const;
const classes = ['Cat', 'Dog', 'Bird'];

interface Served {
  readonly folder: string;
  readonly model: string;
  readonly out: string;
  readonly url: string;
}

/** An export of a narrow network on a static server, with `others` as others/INDEX. */
async function served(
  t: TestContext,
  {
    names = classes,
    preprocessing,
    ...options
  }: Partial<ExportOptions> & { names?: readonly string[]; preprocessing?: Preprocessing } = {},
  others: readonly string[] = [],
): Promise<Served> {
  const folder = await temporaryFolder(t);
  const [model, out] = [join(folder, 'm.safetensors'), join(folder, 'out')];
  await writeRandomModel(model, names, preprocessing && { preprocessing });
  await exportModel(model, out, { ...wasm, ...options, to: 'web' });
  return { folder, model, out, url: await serveFolder(t, out, others) };
}

type Probabilities = Readonly<Record<string, number>>;

/** What the page predicts for the files in others/. */
const inPage = async (page: Page, count: number): Promise<Probabilities[]> =>
  (await page.evaluate(`(async () => {
    const all = [];
    for (let i = 0; i < ${count}; i++) {
      const response = await fetch('others/' + i);
      all.push((await alexft.predict(await response.blob())).probabilities);
    }
    return all;
  })()`)) as Probabilities[];

async function ownAnswers(model: string, files: readonly string[]): Promise<Probabilities[]> {
  const all: Probabilities[] = [];
  for await (const result of predict(files, { model, ...wasm })) {
    assert.ok('label' in result, JSON.stringify(result));
    all.push(result.probabilities);
  }
  return all;
}

function largestDifference(found: readonly Probabilities[], expected: readonly Probabilities[]): number {
  assert.equal(found.length, expected.length);
  const differences = expected.flatMap((own, index) =>
    Object.entries(own).map(([name, probability]) => Math.abs(found[index]![name]! - probability)),
  );
  return Math.max(...differences);
}

describe('the exported page in Chromium', { skip: withoutChromium }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  test('200 photos have the probabilities of predict', { skip: withoutShared }, async (t) => {
    const photos: string[] = [];
    for (const name of ['Cat', 'Dog']) {
      const folder = join(shared, 'data', 'PetImages', name);
      photos.push(
        ...(await readdir(folder))
          .sort()
          .slice(0, 100)
          .map((file) => join(folder, file)),
      );
    }
    const { model, url } = await served(t, {}, photos);
    const { page, problems } = await opened(t, browser, url);
    const own = await ownAnswers(model, photos);
    const first = own.map(({ Cat }) => Cat!);
    assert.ok(Math.max(...first) - Math.min(...first) > 0.1, 'the probabilities depend on the photo');
    const difference = largestDifference(await inPage(page, photos.length), own);
    assert.ok(difference < 1e-5, `${difference}`);
    assert.deepEqual(problems, []);
  });

  for (const options of [{}, { resize: 'crop', exif: true }] as const)
    test(`other formats, sizes, EXIF orientation and colour profiles, ${JSON.stringify(options)}`, (t) =>
      comparesFiles(t, preprocessingOf(options)));

  async function comparesFiles(t: TestContext, preprocessing: Preprocessing): Promise<void> {
    const folder = await temporaryFolder(t);
    const { paths } = await drawFolder(join(folder, 'images'), [1, 0]);
    const image = () => sharp(paths[0]!).resize(300, 200, { fit: 'fill' });
    const files = {
      'turned.jpg': image().withMetadata({ orientation: 6 }).jpeg(),
      'turned.png': image().withMetadata({ orientation: 3 }).png(),
      ...(!preprocessing.exif && { 'turned.webp': image().withMetadata({ orientation: 8 }).webp() }),
      'p3.jpg': image().withIccProfile('p3').jpeg(),
      'p3.png': image().withIccProfile('p3').png(),
      'progressive.jpg': image().jpeg({ progressive: true, chromaSubsampling: '4:2:0' }),
      'grey.jpg': image().greyscale().jpeg(),
      'image.gif': image().gif(),
      'tall.png': image().resize(20, 2500, { fit: 'fill' }).png(),
      'tiny.png': image().resize(1, 1).png(),
      'large.jpg': image().resize(4000, 3000, { fit: 'fill' }).jpeg(),
    };
    const names = Object.keys(files).map((name) => join(folder, name));
    for (const [name, file] of Object.entries(files)) await file.toFile(join(folder, name));
    const { model, url } = await served(t, { preprocessing }, names);
    const { page } = await opened(t, browser, url);
    const own = await ownAnswers(model, names);
    const found = await inPage(page, names.length);
    for (const [index, name] of names.entries()) {
      const difference = largestDifference([found[index]!], [own[index]!]);
      assert.ok(difference < 1e-5, `${name}: ${difference}`);
    }
  }

  test('the orientation of a WebP, which the browser ignores, is refused where it matters', async (t) => {
    const { folder, url } = await served(t, { preprocessing: preprocessingOf({ exif: true }) });
    const { page } = await opened(t, browser, url);
    await page.getByText('Photos stay in this browser.').waitFor();
    const image = sharp({ create: { width: 9, height: 9, channels: 3, background: '#999' } });
    await image.withMetadata({ orientation: 8 }).webp().toFile(join(folder, 'turned.webp'));
    await page.setInputFiles('#files', join(folder, 'turned.webp'));
    await page.getByText('ignores the EXIF orientation of a WebP').waitFor();
  });

  test('dropped and pasted photos, and the camera; names with markup', async (t) => {
    const names = ['Cat', '<img src=x onerror=alert(1)>', '__proto__'];
    const { url } = await served(t, { names });
    const { page, problems } = await opened(t, browser, url);
    page.on('dialog', () => assert.fail('a dialog'));
    await page.getByText(`${names.join(', ')}. Photos stay in this browser.`).waitFor();
    await givePhotos(page);
    for (const name of names) await page.locator('.bars').first().getByText(name, { exact: true }).waitFor();
    assert.deepEqual(problems, []);
  });

  test('files that are no images, are too large, or that a browser reads otherwise', async (t) => {
    const { folder, url } = await served(t);
    const { page } = await opened(t, browser, url);
    await page.getByText('Photos stay in this browser.').waitFor();
    const create = { width: 9000, height: 9000, channels: 3, background: '#fff' } as const;
    const small = { ...create, width: 8, height: 8 };
    await sharp({ create }).png().toFile(join(folder, 'bomb.png'));
    await sharp({ create: small }).toColourspace('grey16').png().toFile(join(folder, 'grey16.png'));
    await sharp({ create: small }).toColourspace('cmyk').jpeg().toFile(join(folder, 'cmyk.jpg'));
    await writeFile(join(folder, '<i>text.jpg'), 'no image');
    const whole = await sharp({ create: { ...small, width: 500, height: 500 } })
      .jpeg()
      .toBuffer();
    await writeFile(join(folder, 'half.jpg'), whole.subarray(0, whole.length / 2));
    const clear = { ...small, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.5 } } as const;
    await sharp({ create: clear }).png().toFile(join(folder, 'clear.png'));
    const expected = {
      'bomb.png': 'more than 64 megapixels',
      'grey16.png': 'reads 16-bit grey in its own way',
      'cmyk.jpg': 'reads CMYK in its own way',
      '<i>text.jpg': 'can’t read the file as an image',
      'half.jpg': 'can’t read the file as an image',
      'clear.png': 'transparent pixels',
    };
    for (const [name, text] of Object.entries(expected)) {
      await page.setInputFiles('#files', join(folder, name));
      await page.locator('#results > li', { hasText: name }).getByText(text).waitFor();
    }
    assert.equal(await page.getByRole('heading', { name: 'No prediction' }).count(), 5);
  });

  for (const type of ['float16', 'int8'] as const) {
    test(`${type}: the page has the golden outputs of its own weights`, async (t) => {
      const folder = await temporaryFolder(t);
      const golden = [0, 1, 2, 3].map((index) => join(folder, `${index}.png`));
      const { out, url, model } = await served(t, { quantize: type }, golden);
      const about = JSON.parse(await readFile(join(out, 'alexft.json'), 'utf8')) as {
        golden: { png: string; output: number[] }[];
      };
      for (const [index, { png }] of about.golden.entries()) {
        await writeFile(golden[index]!, Buffer.from(png, 'base64'));
      }
      const { page } = await opened(t, browser, url);
      const found = await inPage(page, 4);
      const outputs = about.golden.map(({ output }) =>
        Object.fromEntries(classes.map((name, index) => [name, output[index]!])),
      );
      assert.ok(largestDifference(found, outputs) < 1e-5);
      const difference = largestDifference(found, await ownAnswers(model, golden));
      assert.ok(difference > 1e-6 && difference < { float16: 1e-2, int8: 0.1 }[type], `${difference}`);
    });
  }

  test('a page that is opened as a file, and one whose model is missing, say so', async (t) => {
    const { out } = await served(t);
    const file = await opened(t, browser, pathToFileURL(join(out, 'index.html')).href);
    await file.page.getByText('Open this page through a web server').waitFor();
    await writeFile(join(out, 'model.json'), '<html>');
    const { page } = await opened(t, browser, await serveFolder(t, out));
    await page.getByText(/^The model can’t be loaded: /).waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds no violations, and nothing is wider than a phone (${colorScheme})`, async (t) => {
      const { folder, url } = await served(t);
      const { paths } = await drawFolder(join(folder, 'images'), [1, 0]);
      const viewport = { width: 390, height: 800 };
      const { page } = await opened(t, browser, url, { viewport, colorScheme, bypassCSP: true });
      await page.getByText('Photos stay in this browser.').waitFor();
      await page.setInputFiles('#files', paths[0]!);
      await page.setInputFiles('#files', [
        { name: `${'long'.repeat(50)}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.from('no image') },
      ]);
      await page.getByText('No prediction').first().waitFor();
      await checkAccess(page);
    });
  }
});
