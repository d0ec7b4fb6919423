// A page in Chromium, and what its tests do there.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import axe from 'axe-core';
import { type Browser, chromium as launcher, type Page } from 'playwright-core';
import { until } from '../serve/serving.js';
import { chromium } from '../support.js';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

export const launch = (): Promise<Browser> =>
  launcher.launch({ executablePath: chromium!, args: [...args, ...camera] });

/** Opens `url`. `problems`: what the page prints, its errors, and its requests to others. */
export async function opened(
  t: TestContext,
  browser: Browser,
  url: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; problems: string[] }> {
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
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) problems.push(request.url());
  });
  await page.goto(url);
  return { page, problems };
}

/** Drops a photo, pastes one and takes one; waits for all three, and for the prediction of the first. */
export async function givePhotos(page: Page): Promise<void> {
  await page.evaluate(dropAndPaste);
  await page.getByText('dropped.png', { exact: true }).waitFor();
  await page.getByText('pasted.png', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Use the camera' }).click();
  await until(async () => Number(await page.evaluate('document.getElementById("video").videoWidth')) > 0);
  await page.getByRole('button', { name: 'Take the photo' }).click();
  await page.getByText('camera.jpg', { exact: true }).waitFor();
  await page.locator('#results > li').nth(2).getByRole('heading', { name: /%$/ }).waitFor();
  assert.equal(await page.locator('#results > li').count(), 3);
}

/** Fails where axe finds a violation, or something is wider than the page. */
export async function checkAccess(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run()')) as { violations: { id: string; help: string }[] };
  assert.deepEqual(
    found.violations.map(({ id, help }) => `${id}: ${help}`),
    [],
  );
  const { width } = page.viewportSize()!;
  assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= width);
}

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
