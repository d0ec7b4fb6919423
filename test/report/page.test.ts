import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { html, name } from '../../dist/report/html.js';
import { reportPage } from '../../dist/report/page.js';
import { exampleReport, hostile } from './examples.js';

test('text is escaped for elements and attributes, and invisible characters are shown', () => {
  const { markup } = html`<p title="${`"'<>&`}">${hostile[2]!}${[1, 'a<b']}${false}${undefined}</p>`;
  assert.equal(markup, '<p title="&quot;&#39;&lt;&gt;&amp;">a\\u{a}b\\u{202e}gpj.exe1a&lt;b</p>');
  assert.equal(name('<i>').markup, '<bdi class="name">&lt;i&gt;</bdi>');
});

test('no name becomes markup', () => {
  const page = reportPage(exampleReport());
  assert.doesNotMatch(page, /<img src=x|<script|\u202e/);
  assert.match(page, /&lt;img src=x onerror=alert\(1\)&gt;/);
  // No tag or attribute runs or loads anything.
  const tags = new Set([...page.matchAll(/<\/?([a-zA-Z][\w-]*)/g)].map((match) => match[1]!.toLowerCase()));
  for (const tag of ['script', 'iframe', 'object', 'embed', 'link', 'base', 'form'])
    assert.ok(!tags.has(tag), tag);
  const attributes = [...page.matchAll(/<[a-z][^<>]*>/g)].flatMap(([tag]) =>
    [...tag.matchAll(/\s([\w-]+)="[^"]*"/g)].map((match) => match[1]!),
  );
  assert.ok(attributes.length > 500);
  assert.deepEqual(
    attributes.filter((attribute) => /^on|^style$|^xlink/.test(attribute)),
    [],
  );
});

test('the policy allows only this style and embedded images', () => {
  const page = reportPage(exampleReport(['Cat', 'Dog']));
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
  const hash = createHash('sha256').update(style).digest('base64');
  assert.equal(
    policy,
    `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  assert.equal([...page.matchAll(/<style/g)].length, 1);
  const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]!);
  assert.ok(addresses.length > 20);
  for (const address of addresses) assert.match(address, /^(#[a-z]+|data:image\/(png|webp);base64,)/);
});

test('charts use the page’s colours', () => {
  const page = reportPage(exampleReport(['Cat', 'Dog']));
  const charts = [...page.matchAll(/<svg class="chart[\s\S]*?<\/svg>/g)].map(([svg]) => svg);
  assert.equal(charts.length, 6);
  for (const svg of charts) {
    const visible = svg.replace(/<defs[\s\S]*?<\/defs>/, '');
    for (const [, colour] of visible.matchAll(/(?:fill|stroke)="([^"]*)"/g)) {
      assert.match(colour!, /^(none|var\(--[a-z]+\))$/);
    }
  }
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]!);
  assert.equal(new Set(ids).size, ids.length);
});

test('two hundred classes: an image and the weakest classes, not a table of forty thousand cells', () => {
  const classes = Array.from({ length: 200 }, (_, index) => `class ${index}`);
  const page = reportPage(exampleReport(classes, 2000));
  assert.ok(page.length < 600_000, `${page.length} bytes`);
  assert.match(page, /Confusion matrix of 200 classes as an image/);
  assert.match(page, /The 20 classes with the lowest F1/);
});

test('a run without a model or complete steps has a report', () => {
  const { validation: _, filters: __, ...rest } = exampleReport(['Cat', 'Dog']);
  const page = reportPage({ ...rest, curves: { epochs: [], steps: [] }, notes: ['No model was saved yet.'] });
  assert.match(page, /No training step was completed yet/);
  assert.doesNotMatch(page, /id="calibration"/);
  const started = reportPage({ ...rest, curves: { epochs: [], steps: [{ at: 0.1, loss: 2 }] } });
  assert.match(started, /<svg class="chart/);
});
