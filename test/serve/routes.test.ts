// /model, /healthz, /metrics, and everything else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { version } from '../../dist/core/version.js';
import { imageNetPreprocessing } from '../../dist/data/transforms/preprocessing.js';
import { sha256OfFile } from '../../dist/io/atomic.js';
import { textOf } from '../docs/documents.js';
import { ask, png, predictFile, startServing } from './serving.js';

test('/model, as docs/json.md has it', async (t) => {
  const { url, model, classes } = await startServing(t);
  const { status, body } = await ask(`${url}/model`);
  assert.equal(status, 200);
  const { engine, ...rest } = body;
  assert.match(String(engine), /WebAssembly/);
  assert.deepEqual(rest, {
    schema: 1,
    alexft: version,
    classes: [...classes],
    preprocessing: imageNetPreprocessing,
    sha256: await sha256OfFile(model),
    device: 'wasm',
    collect: false,
    maxBody: 20e6,
  });
  const [, section] = textOf('docs/json.md').split('\n## serve\n');
  const cells = [...section!.split('\n## ')[0]!.matchAll(/^\| (`.+?`) \|/gm)].map(([, cell]) => cell!);
  const documented = cells.flatMap((cell) => cell.match(/\w+/g)!);
  assert.deepEqual(documented.sort(), Object.keys(body).sort());
});

test('/metrics counts requests, images and batches', async (t) => {
  const { url, paths } = await startServing(t);
  await predictFile(url, paths[0]!);
  await ask(`${url}/predict`, { method: 'POST', headers: png, body: 'no image' });
  await ask(`${url}/elsewhere`);
  const response = await fetch(`${url}/metrics`);
  assert.match(response.headers.get('Content-Type')!, /^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).trimEnd().split('\n');
  const samples = new Map<string, number>();
  for (const line of lines.filter((text) => !text.startsWith('#'))) {
    const [, name, value] = /^(alexft_\w+(?:\{[^}]*\})?) ([\d.e+-]+)$/.exec(line) ?? assert.fail(line);
    samples.set(name!, Number(value));
  }
  const families = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]!);
  for (const name of families)
    assert.ok(
      [...samples.keys()].some((sample) => sample.startsWith(name)),
      name,
    );
  assert.equal(samples.get('alexft_requests_total{path="/predict",status="200"}'), 1);
  assert.equal(samples.get('alexft_requests_total{path="/predict",status="422"}'), 1);
  assert.equal(samples.get('alexft_requests_total{path="other",status="404"}'), 1);
  assert.equal(samples.get('alexft_images_total{outcome="predicted"}'), 1);
  assert.equal(samples.get('alexft_images_total{outcome="unreadable"}'), 1);
  assert.equal(samples.get('alexft_batches_total'), 2);
  assert.equal(samples.get('alexft_queue_images'), 0);
  assert.equal(samples.get('alexft_engine_ready'), 1);
  assert.equal(samples.get('alexft_request_seconds_count{path="/predict"}'), 2);
  assert.equal(samples.get('alexft_request_seconds_bucket{path="/predict",le="+Inf"}'), 2);
});

test('unknown paths and methods are 404, as JSON', async (t) => {
  const { url } = await startServing(t);
  for (const [path, method] of [
    ['/nothing', 'GET'],
    ['/predict', 'GET'],
    ['/model', 'POST'],
    ['/collect?class=Cat', 'POST'], // without --collect
    ['/../package.json', 'GET'],
    ['/browser/page.js', 'GET'],
  ] as const) {
    const { status, body } = await ask(url + path, { method });
    assert.deepEqual([status, body.schema, typeof body.error], [404, 1, 'string'], path);
  }
  assert.deepEqual((await ask(`${url}/healthz`)).body, { schema: 1, ready: true });
});
