// Reports in Chromium: console messages, requests, layout and accessibility (axe).

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium as launcher, type Page } from 'playwright-core';
import { evaluationPage } from '../../dist/report/evaluationPage.js';
import { labelPage } from '../../dist/report/labelPage.js';
import { reportPage } from '../../dist/report/page.js';
import { chromium, temporaryFolder, withoutChromium } from '../support.js';
import { exampleComparisonPage, exampleReport, hostile } from './examples.js';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const reports = {
  'hostile names': exampleReport(),
  'two hundred classes': exampleReport(
    Array.from({ length: 200 }, (_, index) => `a class with a long name ${index}`),
    1000,
  ),
};

/** The pages of `check --labels` and `evaluate --out`, with hostile names. */
function otherPages(): Record<string, string> {
  const { validation, classes, run } = exampleReport();
  const [label, predicted] = classes as [string, string];
  const image = {
    ...validation!.mistakes[0]!,
    label,
    predicted,
    probability: 0.01,
    predictedProbability: 0.99,
  };
  const { photo: _photo, ...hidden } = image;
  const check = { folds: 10, seed: 0, images: 60, accuracy: 0.9 };
  const facts = { data: hostile[0]!, made: run.made };
  return {
    labels: labelPage({ ...facts, check, suspicious: 2, shown: [image, hidden] }),
    evaluation: evaluationPage({ ...facts, model: hostile[1]!, classes, validation: validation! }),
  };
}

describe('a report in Chromium', { skip: withoutChromium }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launcher.launch({ executablePath: chromium!, args });
  });
  after(() => browser.close());

  /** Opens a file and collects console messages, errors, dialogs and requests. */
  async function opened(file: string, width: number, colorScheme: 'light' | 'dark') {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    const messages: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => messages.push(message.text())); // includes policy violations
    page.on('pageerror', (error) => messages.push(error.message));
    page.on('dialog', (dialog) => messages.push(`a dialog: ${dialog.message()}`));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, messages, requests: requests.filter((url) => !url.startsWith('data:')) };
  }

  for (const [name, data] of Object.entries(reports)) {
    test(`${name}: no messages, no requests, no overflow`, async (t) => {
      const folder = await temporaryFolder(t);
      const file = join(folder, 'report.html');
      await writeFile(file, reportPage(data));
      const backgrounds = new Set<string>();
      for (const width of [390, 1280]) {
        for (const scheme of ['light', 'dark'] as const) {
          const { page, messages, requests } = await opened(file, width, scheme);
          assert.deepEqual(messages, [], `${width} ${scheme}`);
          assert.deepEqual(requests, [pathToFileURL(file).href]);
          const seen = await page.evaluate(measure);
          assert.ok(seen.page <= width, `${seen.page} pixels wide at ${width}`);
          assert.equal(seen.charts, 3); // one rendering of each is visible
          assert.ok(seen.smallest >= 10, `text of ${seen.smallest} pixels in a chart at ${width}`);
          backgrounds.add(seen.background);
          await page.screenshot({ path: join(folder, `${width}-${scheme}.png`), fullPage: true });
          await page.close();
        }
      }
      assert.equal(backgrounds.size, 2, 'light and dark have the same background');
    });

    test(`${name}: axe finds no violations, in light and in dark`, async (t) => {
      const file = join(await temporaryFolder(t), 'report.html');
      await writeFile(file, withoutPolicy(reportPage(data)));
      for (const scheme of ['light', 'dark'] as const) {
        const { page } = await opened(file, 1280, scheme);
        assert.deepEqual(await violations(page), [], scheme);
        await page.close();
      }
    });
  }

  test('the page of two runs: no messages, no requests, no overflow, no violations of axe’s rules', async (t) => {
    const file = join(await temporaryFolder(t), 'changed.html');
    await writeFile(file, exampleComparisonPage());
    const { page: shown, messages, requests } = await opened(file, 390, 'light');
    assert.deepEqual([messages, requests], [[], [pathToFileURL(file).href]]);
    assert.ok((await shown.evaluate<number>('document.documentElement.scrollWidth')) <= 390);
    await writeFile(file, withoutPolicy(exampleComparisonPage()));
    const { page } = await opened(file, 1280, 'dark');
    assert.deepEqual(await violations(page), []);
  });

  test('other pages: no messages, no overflow, and axe finds no violations', async (t) => {
    for (const [name, page] of Object.entries(otherPages())) {
      const file = join(await temporaryFolder(t), `${name}.html`);
      await writeFile(file, page);
      const { page: narrow, messages, requests } = await opened(file, 390, 'light');
      assert.deepEqual([messages, requests], [[], [pathToFileURL(file).href]], name);
      assert.ok((await narrow.evaluate(measure)).page <= 390, name);
      await narrow.close();
      await writeFile(file, page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''));
      const { page: wide } = await opened(file, 1280, 'dark');
      assert.deepEqual(await violations(wide), [], name);
      await wide.close();
    }
  });

  test('a violation of the policy is detected', async (t) => {
    const file = join(await temporaryFolder(t), 'report.html');
    const page = reportPage(exampleReport());
    await writeFile(
      file,
      page.replace('</main>', '<p style="color:red">x</p><script>alert(1)</script></main>'),
    );
    const { messages } = await opened(file, 390, 'light');
    assert.equal(
      messages.filter((message) => /Content Security Policy/.test(message)).length,
      2,
      messages.join('\n'),
    );
  });

  test('a violation of axe’s rules is detected', async (t) => {
    const file = join(await temporaryFolder(t), 'report.html');
    const page = withoutPolicy(reportPage(exampleReport()));
    await writeFile(file, page.replace('--soft:#565e6c', '--soft:#b6bec6'));
    const { page: shown } = await opened(file, 1280, 'light');
    const found = (await violations(shown)).map((violation) => violation.split(':')[0]);
    assert.ok(found.includes('color-contrast'), found.join());
  });

  test('with the keyboard: the first link skips to the report, and tables can be scrolled', async (t) => {
    const file = join(await temporaryFolder(t), 'report.html');
    await writeFile(file, reportPage(exampleReport()));
    const { page } = await opened(file, 390, 'light');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.getAttribute("href")'), '#main');
    const unreachable = await page.evaluate(
      '[...document.querySelectorAll("*")].filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === "auto" && e.tabIndex < 0 && !e.querySelector("a")).length',
    );
    assert.equal(unreachable, 0);
  });
});

/** The policy would block axe's script. */
const withoutPolicy = (page: string) => page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');

/** Runs in the page. A string, as these tests are compiled without the browser's types. */
const measure = `(() => {
  const shown = [...document.querySelectorAll('svg.chart')].filter((chart) => chart.getBoundingClientRect().width > 0);
  const textSizes = shown.map((chart) => 12 * chart.getBoundingClientRect().width / chart.viewBox.baseVal.width);
  return {
    page: document.documentElement.scrollWidth,
    charts: shown.length,
    smallest: Math.min(...textSizes),
    background: getComputedStyle(document.body).backgroundColor,
  };
})()` as unknown as () => { page: number; charts: number; smallest: number; background: string };

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return found.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.length}, such as ${nodes[0]!.html.slice(0, 200)}: ${nodes[0]!.failureSummary}`,
  );
}
