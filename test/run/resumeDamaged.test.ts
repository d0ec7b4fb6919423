// What a resume reads is data from files: it is refused in a sentence, or the training continues rightly.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { verify } from '../../dist/commands/runs/verify.js';
import { UserError } from '../../dist/core/errors.js';
import type { StateDict } from '../../dist/model/stateDict.js';
import { readSafetensors, writeSafetensors } from '../../dist/weights/formats/safetensors.js';
import { trainNarrow } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { temporaryFolder } from '../support.js';

/**
 * A run that was interrupted in its second epoch, with checkpoints of steps 4 and 6; and a copy of it for each case.
 */
async function interrupted(t: TestContext) {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [10, 10]);
  const controller = new AbortController();
  await trainNarrow(
    { data, valSplit: 0.25, batchSize: 4, out: join(folder, 'run'), device: 'wasm' },
    {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.event === 'step' && event.step === 6) controller.abort();
      },
    },
  );
  let copies = 0;
  return async () => {
    const run = join(folder, `copy-${++copies}`);
    await cp(join(folder, 'run'), run, { recursive: true });
    return run;
  };
}

/** As much as the tests need of state.json, or of run.json. */
type StateJson = { state: Record<string, unknown>; record: Record<string, unknown> } & Record<
  string,
  unknown
>;
type RunJson = { options: object } & Record<string, unknown>;

/** Writes a file of a checkpoint again, with its sum, as only an attacker does. */
async function rewrite(checkpoint: string, name: string, change: (path: string) => Promise<void>) {
  const sum = async () =>
    createHash('sha256')
      .update(await readFile(join(checkpoint, name)))
      .digest('hex');
  const before = await sum();
  const path = join(checkpoint, name);
  await change(path);
  const sums = join(checkpoint, 'SHA256SUMS');
  await writeFile(sums, (await readFile(sums, 'utf8')).replace(before, await sum()));
}

const editJson =
  <Json>(change: (value: Json) => unknown) =>
  async (path: string) => {
    const value = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify(change(value) ?? value));
  };

test('a checkpoint with right sums that no training writes counts as damaged: the one before is taken', async (t) => {
  const copy = await interrupted(t);
  const cases: [(value: StateJson) => unknown, RegExp][] = [
    [() => [], /it is no object/],
    [() => 'text', /it is no object/],
    [(value) => (value.step = 5), /it is no object/],
    [(value) => ({ ...value, step: 5 }), /it is of step 5/],
    [(value) => ({ ...value, step: '6' }), /'step' is "6"/],
    [(value) => ({ ...value, optimizerSteps: -1 }), /'optimizerSteps' is -1/],
    [(value) => ({ ...value, state: null }), /'state' is no object/],
    [(value) => ({ ...value, best: '../../etc/passwd' }), /'best' is no SHA-256/],
    [({ state, ...value }) => ({ ...value, state: { ...state, epoch: 0 } }), /'epoch' is 0/],
    [({ state, ...value }) => ({ ...value, state: { ...state, batches: 1.5 } }), /'batches' is 1.5/],
    [({ state, ...value }) => ({ ...value, state: { ...state, loss: null } }), /'loss' is null/],
    [({ state, ...value }) => ({ ...value, state: { ...state, best: { epoch: 'a' } } }), /'best' is/],
    [(value) => ({ ...value, record: undefined }), /'record' is no object/],
    [({ record, ...value }) => ({ ...value, record: { ...record, epochs: [{}] } }), /'epochs' is/],
    [({ record, ...value }) => ({ ...value, record: { ...record, skipped: 'no' } }), /'skipped' is "no"/],
    [({ record, ...value }) => ({ ...value, record: { ...record, events: -1 } }), /'events' is -1/],
  ];
  for (const [change, reason] of cases) {
    const run = await copy();
    await rewrite(join(run, 'checkpoint', '6'), 'state.json', editJson(change));
    const { events, messages } = await trainNarrow({ resume: run });
    const told = messages.find((message) => message.includes('is damaged'));
    assert.match(told ?? '', reason);
    assert.deepEqual(
      events.find(({ event }) => event === 'start'),
      {
        ...events.find(({ event }) => event === 'start'),
        resumed: { step: 4 },
      },
    );
    assert.equal(events.at(-1)!.event, 'done');
  }
});

test('a checkpoint of another training is refused by name, and nothing of the run is touched', async (t) => {
  const copy = await interrupted(t);
  const tensors = (change: (tensors: StateDict) => void) => async (path: string) => {
    const found = await readSafetensors(path);
    change(found.tensors);
    await writeSafetensors(path, found.tensors, {});
  };
  const cases: [string, (path: string) => Promise<void>, RegExp][] = [
    [
      'optimizer.safetensors',
      tensors((all) => all.delete('exp_avg.classifier.6.bias')),
      /missing: exp_avg\.classifier\.6\.bias \[2\]/,
    ],
    [
      'parameters.safetensors',
      tensors((all) => all.set('features.0.bias', { shape: [2], data: new Float32Array(2) })),
      /features\.0\.bias: expected \[4\], found \[2\]/,
    ],
    [
      'parameters.safetensors',
      tensors((all) => all.set('more', { shape: [1], data: new Float32Array(1) })),
      /unexpected: more \[1\]/,
    ],
    [
      'state.json',
      editJson((value: StateJson) => {
        value.state.batches = 9;
      }),
      /it has done 9 batches of an epoch of 4/,
    ],
    [
      'state.json',
      editJson((value: StateJson) => {
        value.state.epoch = 1;
      }),
      /step 6 does not come before batch 2 of epoch 1/,
    ],
    [
      'state.json',
      editJson((value: StateJson) => {
        value.record.skipped = [{ event: 'skipped', file: '\u001b[2Jx', reason: 'y' }];
      }),
      /it left out '\\u\{1b\}\[2Jx', which is none of its images/,
    ],
  ];
  for (const [name, change, message] of cases) {
    const run = await copy();
    await rewrite(join(run, 'checkpoint', '6'), name, change);
    const before = await readFile(join(run, 'events.jsonl'), 'utf8');
    await refuses(run, message);
    assert.equal(await readFile(join(run, 'events.jsonl'), 'utf8'), before);
  }
});

test('run.json and split.json may say anything: a sentence, never a stack', async (t) => {
  const copy = await interrupted(t);
  const none = /There is no run to resume/;
  const cases: [string, string | ((run: RunJson) => RunJson), RegExp][] = [
    ['run.json', '', none],
    ['run.json', 'null', none],
    ['run.json', '[]', none],
    ['run.json', '{"state":"running","options":{},"weights":{}}', none],
    ['run.json', (run) => ({ ...run, state: 'gone' }), none],
    ['run.json', (run) => ({ ...run, options: [] }), none],
    ['run.json', (run) => ({ ...run, options: { ...run.options, epochs: '5' } }), /Expected .* for --epochs/],
    ['run.json', (run) => ({ ...run, options: { ...run.options, more: 1 } }), /Unknown option 'more'/],
    ['run.json', (run) => ({ ...run, options: { ...run.options, data: '\0' } }), /Expected .* for --data/],
    [
      'run.json',
      (run) => ({ ...run, options: { ...run.options, optimizer: 'sgd' } }),
      /does not belong to this training/,
    ],
    ['split.json', 'null', /split\.json' can't be read/],
    ['split.json', '{"files":[null]}', /split\.json' can't be read/],
    ['split.json', '{"files":{"length":3}}', /split\.json' can't be read/],
    ['split.json', '{"files":[]}', /The images are not those/],
  ];
  for (const [name, text, message] of cases) {
    const run = await copy();
    const path = join(run, name);
    if (typeof text === 'string') await writeFile(path, text);
    else await editJson(text)(path);
    await refuses(run, message);
    const { files } = await verify(run); // looks at what is there, whatever it is
    if (/^(null|\[\])?$/.test(String(text)) || /can't be read/.test(message.source)) {
      assert.deepEqual(
        files.filter(({ ok }) => !ok).map(({ file }) => file),
        [name],
      );
    }
  }
});

const refuses = (run: string, message: RegExp) =>
  assert.rejects(trainNarrow({ resume: run }), (error: unknown) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, message);
    assert.equal(error.exitCode, 3);
    assert.ok(error.hint);
    return true;
  });

test('a lock with nonsense in it has no owner', async (t) => {
  const copy = await interrupted(t);
  for (const text of ['', 'null', '{}', '[]', '{"pid":0,"host":"h","token":"t"}', '{"pid":"1","host":1}']) {
    const run = await copy();
    await writeFile(join(run, 'run.lock'), text);
    const { events } = await trainNarrow({ resume: run });
    assert.equal(events.at(-1)!.event, 'done', text);
  }
});
