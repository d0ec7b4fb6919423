// The page in Chromium: photos in, classes out; accessibility (axe), layout, and the content security policy.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { preprocessingOf } from '../../dist/data/transforms/preprocessing.js';
import { checkAccess, givePhotos, launch, opened } from '../page/openPage.js';
import { temporaryFolder, withoutChromium } from '../support.js';
import { startServing } from './serving.js';

describe('the page in Chromium', { skip: withoutChromium }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  test('chosen photos get their classes, probabilities and heat maps', async (t) => {
    const serving = await startServing(t);
    const { page, problems } = await opened(t, browser, serving.url);
    await page.getByText('Cat, Dog').waitFor();
    assert.equal(await page.getByText('Save for training').count(), 0);
    await page.setInputFiles('#files', [...serving.paths.slice(0, 2)]);
    const items = page.locator('#results > li');
    await items
      .nth(1)
      .getByRole('heading', { name: /^(Cat|Dog) \d+\.\d%$/ })
      .waitFor();
    await items
      .nth(0)
      .getByRole('heading', { name: /^(Cat|Dog) \d+\.\d%$/ })
      .waitFor();
    assert.match((await page.locator('#status').textContent())!, /^000\d\.png: (Cat|Dog) \d+\.\d%$/);
    const [cat, dog] = await items.nth(0).locator('.bars li').allInnerTexts();
    assert.match(cat!, /^(Cat|Dog)\s+\d+\.\d%/);
    assert.match(dog!, /^(Cat|Dog)\s+\d+\.\d%/);
    const heat = items.nth(0).locator('canvas');
    assert.ok(!(await heat.isVisible()));
    const button = items.nth(0).getByRole('button', { name: 'Heat map' });
    await button.press('Enter');
    assert.ok(await heat.isVisible());
    assert.equal(await button.getAttribute('aria-pressed'), 'true');
    assert.ok((await heat.boundingBox())!.width > 100);
    assert.deepEqual(problems, []);
  });

  test('the heat map of a model that crops covers the centre of the photo', async (t) => {
    const serving = await startServing(t, {}, preprocessingOf({ resize: 'crop' }));
    const { page } = await opened(t, browser, serving.url);
    await page.getByText('Cat, Dog').waitFor();
    await page.setInputFiles('#files', serving.paths[0]!); // 40 x 30
    await page.getByRole('button', { name: 'Heat map' }).click();
    const photo = (await page.locator('.photo img').boundingBox())!;
    const heat = (await page.locator('.photo canvas').boundingBox())!;
    const share = 224 / 256;
    const near = (found: number, expected: number) =>
      assert.ok(Math.abs(found - expected) < 2, `${found}, ${expected}`);
    near(heat.width, (photo.width * share * 30) / 40);
    near(heat.height, photo.height * share);
    near(heat.x + heat.width / 2, photo.x + photo.width / 2);
    near(heat.y + heat.height / 2, photo.y + photo.height / 2);
  });

  test('files that are no images, and names with markup', async (t) => {
    const serving = await startServing(t);
    const { page } = await opened(t, browser, serving.url);
    const name = '<img src=x onerror=alert(1)>.jpg';
    page.on('dialog', () => assert.fail('a dialog'));
    await page.setInputFiles('#files', [{ name, mimeType: 'image/jpeg', buffer: Buffer.from('<svg>') }]);
    await page.getByText(/not a JPEG, .*, but an SVG/).waitFor();
    await page.getByText(name).first().waitFor();
    await page.getByText('This browser can’t show this format.').waitFor();
  });

  test('dropped and pasted photos, and the camera', async (t) => {
    const { page, problems } = await opened(t, browser, (await startServing(t)).url);
    await page.getByText('Cat, Dog').waitFor();
    await givePhotos(page);
    assert.deepEqual(problems, []);
  });

  test('corrections are stored', async (t) => {
    const collect = await temporaryFolder(t);
    const serving = await startServing(t, { collect });
    const { page, problems } = await opened(t, browser, serving.url);
    await page.getByText('Cat, Dog').waitFor();
    await page.setInputFiles('#files', serving.paths[0]!);
    await page.getByLabel('Right class').selectOption('Dog');
    await page.getByRole('button', { name: 'Save for training' }).click();
    await page.getByText('Saved as Dog.').first().waitFor();
    assert.equal((await readdir(join(collect, 'Dog'))).length, 1);
    assert.deepEqual(problems, []);
  });

  test('the token: asked for, wrong, right, and remembered in this tab', async (t) => {
    const { page } = await opened(t, browser, (await startServing(t, { token: 'sixteen-characters' })).url);
    await page.getByText('This server needs an access token.').waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'token');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('This is not the token of this server.').waitFor();
    await page.getByLabel(/token/).fill('sixteen-characters');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Cat, Dog').waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'files');
    await page.reload();
    await page.getByText('Cat, Dog').waitFor();
    assert.ok(!(await page.getByLabel(/token/).isVisible()));
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds no violations, and nothing is wider than a phone (${colorScheme})`, async (t) => {
      const serving = await startServing(t, { collect: await temporaryFolder(t) });
      const viewport = { width: 390, height: 800 };
      const { page } = await opened(t, browser, serving.url, { viewport, colorScheme, bypassCSP: true });
      await page.getByText('Cat, Dog').waitFor();
      await page.setInputFiles('#files', [
        { name: 'photo.png', mimeType: 'image/png', buffer: await readFile(serving.paths[0]!) },
        { name: `${'long'.repeat(50)}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.from('no image') },
      ]);
      await page.getByRole('button', { name: 'Heat map' }).click();
      await page.getByText('No prediction').first().waitFor();
      await checkAccess(page);
    });
  }
});
