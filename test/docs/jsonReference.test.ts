// docs/json.md has the fields that commands print and write, and no others.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { problemKinds } from '../../dist/audit/problems.js';
import { check } from '../../dist/commands/check.js';
import { drawNetwork } from '../../dist/commands/models/drawNetwork.js';
import { exportModel } from '../../dist/commands/models/export.js';
import { predict } from '../../dist/commands/models/predict.js';
import { showWeights } from '../../dist/commands/models/weightsShow.js';
import { compareRuns } from '../../dist/commands/runs/compareRuns.js';
import { listRuns } from '../../dist/commands/runs/listRuns.js';
import { report } from '../../dist/commands/runs/report.js';
import { verify } from '../../dist/commands/runs/verify.js';
import { train } from '../../dist/commands/training/train.js';
import { readSafetensors } from '../../dist/weights/formats/safetensors.js';
import { listWeights } from '../../dist/weights/listWeights.js';
import { writeConstantModel } from '../commands/models.js';
import { drawFolder } from '../data/colouredFolder.js';
import { temporaryFolder } from '../support.js';
import { blocksOf, documents, textOf } from './documents.js';

test('JSON in the documents is JSON', () => {
  const blocks = documents.flatMap((document) => blocksOf(textOf(document)));
  const whole = blocks.filter(({ language }) => language === 'json').map(({ text }) => text);
  const lines = blocks
    .filter(({ language }) => language === 'jsonl')
    .flatMap(({ text }) => text.trim().split('\n'));
  assert.ok(whole.length > 2 && lines.length > 5);
  for (const text of [...whole, ...lines]) assert.doesNotThrow(() => JSON.parse(text), text);
});

/** The table of docs/json.md under `heading`: the names in the first cell of each row, and those in the second. */
function documented(heading: string): Map<string, string[]> {
  const [, section] = textOf('docs/json.md').split(`${heading}\n`);
  const rows = section!.split(/^#+ /m)[0]!.matchAll(/^\| (`.+?`) \| (.*) \|$/gm);
  const inCode = (cell: string, name: RegExp) => [...cell.matchAll(name)].map((match) => match[1]!);
  return new Map(
    [...rows].flatMap(([, first, second]) =>
      inCode(first!, /`([\w.-]+)`/g).map((name) => [name, inCode(second!, /`(\w+)`/g)]),
    ),
  );
}

test('docs/json.md has every field of a training’s events and files, and no others', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  const { paths } = await drawFolder(data, [8, 8]);
  await writeFile(paths[3]!, '');
  const given = {
    data,
    out,
    test: data,
    device: 'wasm',
    weights: 'none',
    trainable: 'classifier',
    epochs: 1,
    cacheLimit: '0',
  } as const;
  const widths = { convolutions: [4, 4, 4, 4, 4], hidden: [8, 8] } as const;

  const found = new Map<string, Set<string>>();
  const note = ({ event, ...fields }: { event: string }) => {
    const names = found.get(event) ?? new Set();
    for (const name of Object.keys(fields)) names.add(name);
    found.set(event, names);
  };
  for await (const event of train({ ...given, dryRun: true })) note(event);
  for await (const event of train({ ...given, keepCheckpoint: true }, undefined, { widths })) note(event);
  for await (const event of train({ resume: out, epochs: 2 }, undefined, { widths })) note(event);
  const ofRun = () => Object.keys(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')));
  const ofComplete = ofRun();
  await writeFile(join(data, 'class-0', 'more.png'), '');
  await assert.rejects(async () => {
    for await (const event of train({ ...given, maxBad: 0, force: true }, undefined, { widths })) note(event);
  });
  const events = documented('## train');
  assert.deepEqual([...found.keys()].sort(), [...events.keys()].sort());
  for (const [event, fields] of found) assert.deepEqual([...fields].sort(), events.get(event)!.sort(), event);

  const fields = new Set([...ofComplete, ...ofRun()]);
  assert.deepEqual([...fields].sort(), [...documented('### run.json').keys()].sort());
});

test('docs/json.md has every field of export and of alexft.json', async (t) => {
  const folder = await temporaryFolder(t);
  const model = join(folder, 'm.safetensors');
  await writeConstantModel(model, ['class-0', 'class-1'], [1, 0]);
  const images = join(folder, 'images');
  await drawFolder(images, [1, 1]);
  const exported = await exportModel(model, join(folder, 'web'), {
    to: 'tfjs',
    device: 'wasm',
    quantize: 'float16',
    data: images,
  });
  assert.deepEqual(['schema', ...Object.keys(exported)].sort(), [...documented('## export').keys()].sort());
  const description = JSON.parse(readFileSync(join(folder, 'web', 'alexft.json'), 'utf8'));
  const fields = documented('### alexft.json');
  assert.deepEqual(Object.keys(description).sort(), [...fields.keys()].sort());
  for (const name of ['input', 'output', 'source']) {
    for (const key of Object.keys(description[name]))
      assert.ok(fields.get(name)!.includes(key), `${name}.${key}`);
  }
  const { accuracy, ...quantization } = exported.quantization!;
  const described = documented('## export').get('quantization')!;
  for (const key of [...Object.keys(quantization), ...Object.keys(accuracy!)]) {
    assert.ok(described.includes(key), key);
  }
  for (const key of Object.keys(description.golden[0])) assert.ok(fields.get('golden')!.includes(key), key);
});

test('docs/json.md has every file of a checkpoint', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  await drawFolder(data, [4, 4]);
  const given = { data, out, device: 'wasm', weights: 'none', epochs: 1, keepCheckpoint: true } as const;
  const widths = { convolutions: [4, 4, 4, 4, 4], hidden: [8, 8] } as const;
  for await (const _ of train(given, undefined, { widths }));
  const files = readdirSync(join(out, 'checkpoint', '1'));
  assert.deepEqual(files.sort(), [...documented('### checkpoint/STEP/').keys()].sort());
});

test('docs/json.md has every field of check, report and verify, and no others', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  const { paths } = await drawFolder(data, [4, 12]);
  await writeFile(paths[0]!, '');
  await writeFile(join(data, 'class-0', 'notes.txt'), 'no image');
  assert.deepEqual(
    ['schema', 'shard', ...Object.keys(await check({ data }))].sort(), // shard: with --shard
    [...documented('## check').keys()].filter((name) => !isProblemKind(name)).sort(),
  );
  for (const kind of problemKinds) assert.ok(textOf('docs/json.md').includes(`\`${kind}\``), kind);

  const given = { data, out, device: 'wasm', weights: 'none', epochs: 1 } as const;
  const widths = { convolutions: [4, 4, 4, 4, 4], hidden: [8, 8] } as const;
  for await (const _ of train(given, undefined, { widths }));
  const result = await verify(out);
  assert.deepEqual(['schema', ...Object.keys(result)].sort(), [...documented('## verify').keys()].sort());
  const written = await report(out, { device: 'wasm', noCheck: true });
  assert.deepEqual(['schema', ...Object.keys(written)].sort(), [...documented('## report').keys()].sort());
  const [file] = result.files;
  assert.deepEqual(Object.keys(file!).sort(), documented('## verify').get('files')!.sort());
});
const isProblemKind = (name: string) => (problemKinds as readonly string[]).includes(name);

test('docs/json.md has every field of runs, and no others', async (t) => {
  const folder = await temporaryFolder(t);
  const [data, a, b] = ['images', 'a', 'b'].map((name) => join(folder, name)) as [string, string, string];
  await drawFolder(data, [6, 6]);
  const given = { data, device: 'wasm', weights: 'none', epochs: 1, noReport: true } as const;
  const widths = { convolutions: [4, 4, 4, 4, 4], hidden: [8, 8] } as const;
  for (const out of [a, b]) for await (const _ of train({ ...given, out }, undefined, { widths }));
  await writeFile(
    join(b, 'run.json'),
    readFileSync(join(b, 'run.json'), 'utf8').replace('{', '{ "error": "",'),
  );
  const listed = (await listRuns(folder)).flatMap(Object.keys);
  const { answers, ...comparison } = await compareRuns(a, b, { device: 'wasm' });
  const fields = new Set(['schema', ...listed, ...Object.keys(comparison), 'answers']);
  assert.deepEqual([...fields].sort(), [...documented('## runs').keys()].sort());
  const [, section] = textOf('docs/json.md').split('\n## runs\n');
  for (const name of Object.keys(answers!)) assert.ok(section!.includes(`\`${name}\``), name);
  for (const name of Object.keys(comparison.split)) assert.ok(section!.includes(`\`${name}\``), name);
});

test('docs/json.md has every key of a model’s metadata, and of weights list and show', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [4, 4]);
  const given = { data, out: folder, device: 'wasm', weights: 'none', epochs: 1 } as const;
  const widths = { convolutions: [4, 4, 4, 4, 4], hidden: [8, 8] } as const;
  for await (const _ of train(given, undefined, { widths }));
  const { metadata } = await readSafetensors(join(folder, 'model.safetensors'));
  const keys = documented('### model.safetensors and last.safetensors');
  assert.deepEqual(Object.keys(metadata).sort(), [...keys.keys()].sort());
  const training = Object.keys(JSON.parse(metadata.training!));
  assert.deepEqual(training.sort(), keys.get('training')!.sort());

  const [, section] = textOf('docs/json.md').split('\n## weights\n');
  const [list, show] = blocksOf(section!).map(({ text }) => JSON.parse(text));
  const [weights] = await listWeights();
  assert.deepEqual(keysOf(list.weights[0]), keysOf(weights!));
  assert.deepEqual(keysOf(list.weights[0].places[0]), keysOf(weights!.places[0]!));
  const shown = await showWeights(join(folder, 'model.safetensors'));
  assert.deepEqual(keysOf(show), ['schema', ...keysOf(shown)].sort());
  assert.deepEqual(keysOf(show.alexnet), keysOf(shown.alexnet!));
});

test('docs/json.md has every field of the drawings of inspect and predict', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [1]);
  const model = join(folder, 'm.safetensors');
  await writeConstantModel(model, ['x', 'y'], [1, 0]);
  const section = (heading: string) =>
    textOf('docs/json.md').split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const written = JSON.parse(blocksOf(section('inspect'))[1]!.text);
  const [filters, activations] = [join(folder, 'f.png'), paths[0]!];
  const drawn = await drawNetwork([model, join(folder, 'a.png')], { filters, activations });
  assert.deepEqual(keysOf(written), ['schema', ...keysOf(drawn)].sort());
  assert.deepEqual(keysOf(written.filters), keysOf(drawn.filters!));
  assert.deepEqual(keysOf(written.activations), keysOf(drawn.activations!));
  assert.deepEqual(keysOf(written.activations.stages[0]), keysOf(drawn.activations!.stages[0]!));

  const { explained } = JSON.parse(blocksOf(section('predict'))[1]!.text);
  const results = predict(paths, { model, device: 'wasm', explain: join(folder, 'e.png') });
  let next = await results.next();
  while (!next.done) next = await results.next();
  assert.deepEqual(keysOf(explained), keysOf(next.value!));
});
const keysOf = (value: object) => Object.keys(value).sort();
