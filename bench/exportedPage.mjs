// node bench/exportedPage.mjs MODEL DATA: the page of `alexft export --to web` in Chromium, in each quantization: its
// size, the time until it is ready and for a photo, and its probabilities beside those of `alexft predict`
// (docs/export.md).

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { chromium } from 'playwright-core';
import { exportModel } from '../dist/commands/models/export.js';
import { predict } from '../dist/commands/models/predict.js';
import { scanImageFolder } from '../dist/data/dataset/scan.js';

const [model, data] = process.argv.slice(2);
const mostPhotos = 200;
const folder = mkdtempSync(join(tmpdir(), 'alexft-page-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const { samples, root } = await scanImageFolder(data);
const every = Math.max(1, Math.floor(samples.length / mostPhotos));
const photos = samples.filter((_, index) => index % every === 0).slice(0, mostPhotos);
const own = [];
for await (const answer of predict(
  photos.map(({ path }) => join(root, path)),
  { model, noSetup: true },
)) {
  own.push(answer);
}

const app = new Hono();
app.use('/photos/*', serveStatic({ root, rewriteRequestPath: (path) => path.slice('/photos'.length) }));
app.use('*', serveStatic({ root: folder }));
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
await new Promise((resolve) => server.once('listening', resolve));
const site = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.ALEXFT_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
console.log(`Chromium ${browser.version()}, ${photos.length} photos`);

for (const quantize of [undefined, 'float16', 'int8']) {
  const name = quantize ?? 'float32';
  const options = { to: 'web', quantize, noSetup: true, maxLoss: quantize && 100 };
  const { bytes, quantization } = await exportModel(model, join(folder, name), options);
  const page = await browser.newPage();
  const begin = performance.now();
  await page.goto(`${site}/${name}/`);
  await page.getByText('Photos stay in this browser.').waitFor({ timeout: 120_000 });
  const ready = performance.now();
  const found = await page.evaluate(
    async (paths) => {
      const answers = [];
      for (const path of paths) {
        const photo = await (await fetch(`/photos/${path}`)).blob();
        const { label, probabilities } = await globalThis.alexft.predict(photo);
        answers.push({ label, probabilities });
      }
      return answers;
    },
    photos.map(({ path }) => encodeURI(path)),
  );
  const each = (performance.now() - ready) / photos.length;
  await page.close();
  const differences = own.flatMap(({ probabilities }, index) =>
    Object.entries(probabilities).map(([name, own]) => Math.abs(own - found[index].probabilities[name])),
  );
  const others = own.filter(({ label }, index) => label !== found[index].label).length;
  const accuracy = quantization?.accuracy;
  console.log(
    `${name}: ${(bytes / 1e6).toFixed(1)} MB, ready in ${((ready - begin) / 1000).toFixed(1)} s, ${each.toFixed(0)} ms a photo, ` +
      `largest difference ${Math.max(...differences).toExponential(1)}, ${others} other labels` +
      (accuracy ? `, accuracy ${accuracy.quantized} of ${accuracy.original}` : ''),
  );
}
await browser.close();
process.exit();
