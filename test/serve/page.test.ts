// The page in Chromium: photos in, classes out; accessibility (axe), layout, and the content security policy.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import axe from 'axe-core';
import { type Browser, chromium as launcher } from 'playwright-core';
import { chromium, temporaryFolder, withoutChromium } from '../support.js';
import { type Serving, startServing, until } from './serving.js';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

describe('the page in Chromium', { skip: withoutChromium }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launcher.launch({ executablePath: chromium!, args: [...args, ...camera] });
  });
  after(() => browser.close());

  async function opened(t: TestContext, { url }: Serving, options: Parameters<Browser['newPage']>[0] = {}) {
    const page = await browser.newPage({
      viewport: { width: 1200, height: 900 },
      bypassCSP: false,
      ...options,
    });
    t.after(() => page.close());
    page.setDefaultTimeout(20_000);
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text())); // includes policy violations
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url()))
        problems.push(request.url());
    });
    await page.goto(url);
    return { page, problems };
  }

  test('chosen photos get their classes, probabilities and heat maps', async (t) => {
    const serving = await startServing(t);
    const { page, problems } = await opened(t, serving);
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

  test('files that are no images, and names with markup', async (t) => {
    const serving = await startServing(t);
    const { page } = await opened(t, serving);
    const name = '<img src=x onerror=alert(1)>.jpg';
    page.on('dialog', () => assert.fail('a dialog'));
    await page.setInputFiles('#files', [{ name, mimeType: 'image/jpeg', buffer: Buffer.from('<svg>') }]);
    await page.getByText(/not a JPEG, .*, but an SVG/).waitFor();
    await page.getByText(name).first().waitFor();
    await page.getByText('This browser can’t show this format.').waitFor();
  });

  test('dropped and pasted photos, and the camera', async (t) => {
    const { page, problems } = await opened(t, await startServing(t));
    await page.getByText('Cat, Dog').waitFor();
    await page.evaluate(dropAndPaste);
    await page.getByText('dropped.png', { exact: true }).waitFor();
    await page.getByText('pasted.png', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await until(async () => Number(await page.evaluate('document.getElementById("video").videoWidth')) > 0);
    await page.getByRole('button', { name: 'Take the photo' }).click();
    await page.getByText('camera.jpg', { exact: true }).waitFor();
    await page.locator('#results > li').nth(2).getByRole('heading', { name: /%$/ }).waitFor();
    assert.equal(await page.locator('#results > li').count(), 3);
    assert.deepEqual(problems, []);
  });

  test('corrections are stored', async (t) => {
    const collect = await temporaryFolder(t);
    const serving = await startServing(t, { collect });
    const { page, problems } = await opened(t, serving);
    await page.getByText('Cat, Dog').waitFor();
    await page.setInputFiles('#files', serving.paths[0]!);
    await page.getByLabel('Right class').selectOption('Dog');
    await page.getByRole('button', { name: 'Save for training' }).click();
    await page.getByText('Saved as Dog.').first().waitFor();
    assert.equal((await readdir(join(collect, 'Dog'))).length, 1);
    assert.deepEqual(problems, []);
  });

  test('the token: asked for, wrong, right, and remembered in this tab', async (t) => {
    const { page } = await opened(t, await startServing(t, { token: 'sixteen-characters' }));
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
      const { page } = await opened(t, serving, { viewport, colorScheme, bypassCSP: true });
      await page.getByText('Cat, Dog').waitFor();
      await page.setInputFiles('#files', [
        { name: 'photo.png', mimeType: 'image/png', buffer: await readFile(serving.paths[0]!) },
        { name: `${'long'.repeat(50)}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.from('no image') },
      ]);
      await page.getByRole('button', { name: 'Heat map' }).click();
      await page.getByText('No prediction').first().waitFor();
      await page.evaluate(axe.source);
      const found = (await page.evaluate('axe.run()')) as { violations: { id: string; help: string }[] };
      assert.deepEqual(
        found.violations.map(({ id, help }) => `${id}: ${help}`),
        [],
      );
      assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= viewport.width);
    });
  }
});

/** Runs in the page. A string, as these tests are compiled without the browser's types. */
const dropAndPaste = `(async () => {
  const canvas = document.createElement('canvas');
  const blob = await new Promise((resolve) => canvas.toBlob(resolve));
  const transfer = (name) => {
    const data = new DataTransfer();
    data.items.add(new File([blob], name));
    return data;
  };
  document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer('dropped.png') }));
  document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, clipboardData: transfer('pasted.png') }));
})()`;
