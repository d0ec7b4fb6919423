// Profiles of real commands, on a narrow network.

import assert from 'node:assert/strict';
import { hasSubscribers } from 'node:diagnostics_channel';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as later } from 'node:timers/promises';
import { evaluate } from '../../dist/commands/models/evaluate.js';
import { predict } from '../../dist/commands/models/predict.js';
import { UserError } from '../../dist/core/errors.js';
import { span } from '../../dist/core/spans.js';
import { cacheFolder } from '../../dist/io/cacheFolder.js';
import type { Profile } from '../../dist/profile/context.js';
import { startProfile } from '../../dist/profile/profile.js';
import { writeConstantModel } from '../commands/models.js';
import { trainNarrow } from '../commands/narrow.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';
import { readTrace } from './readTrace.js';

// This file's own cache, set before an engine is opened, as a process remembers the path of the native engine.
const cache = await mkdtemp(join(tmpdir(), 'alexft-test-'));
await symlink(join(cacheFolder(), 'engines'), join(cache, 'engines'));
process.env.ALEXFT_CACHE = cache;
after(() => rm(cache, { recursive: true }));

const isRecording = () => hasSubscribers('alexft:span') || hasSubscribers('alexft:image');
const fails = (exitCode: number, message: RegExp) => (error: unknown) =>
  error instanceof UserError && error.exitCode === exitCode && message.test(error.message);

for (const { device, skip } of await engines()) {
  test(`train: a span for each step and each image (${device})`, { skip }, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    const out = join(folder, 'run');
    const profile = join(folder, 'trace.json');
    await drawFolder(data, [8, 8]);
    const before = process.cpuUsage();
    const { events } = await trainNarrow({ data, out, device, profile, valSplit: 0.25, noReport: false });
    const { user, system } = process.cpuUsage(before);
    assert.equal(isRecording(), false, 'it still records');

    const { count, activityOf, facts, tracks } = await readTrace(profile);
    const steps = events.filter(({ event }) => event === 'step').length;
    assert.equal(steps, 4);
    const layers = 8; // with parameters, each updated on its own
    const passes = steps + 1; // with that of the report's heat maps
    for (const [name, expected] of Object.entries({ step: 4, backward: passes, optimizer: 4 * layers })) {
      assert.equal(count(name), expected, name);
      assert.equal(activityOf(name), 'computing');
    }
    // Two epochs of twelve and four, and the report, which evaluates the four and reads up to four to show them.
    const decoded = count('read and decode');
    assert.ok(decoded >= 36, `${decoded} images`);
    assert.equal(count('resize and normalize'), decoded);
    assert.equal(activityOf('decode'), 'decoding');
    assert.equal(count('frozen layers') + count('read cached features'), 0);
    for (const name of ['scan', 'save model', 'save checkpoint', 'save run.json']) {
      assert.equal(activityOf(name), 'files', name);
    }
    assert.equal(count('save model'), 2);
    assert.equal(count('save checkpoint'), 1);
    for (const name of ['open the engine', 'make the network', 'report']) assert.equal(count(name), 1, name);
    assert.equal(count('start the program'), 0, 'the process started before the command');
    assert.ok(tracks.includes('decoding worker 1, image 1'), tracks.join(', '));

    const { division, complete } = facts;
    const { waiting: _, ...busy } = division;
    for (const [name, part] of Object.entries(busy)) assert.ok(part > 0, name);
    const all = Object.values(busy).reduce((sum, part) => sum + part, 0);
    assert.ok(all <= (user + system) / 1e6 + 1e-6, `${all} s of the processor`);
    assert.equal(complete, true);
  });

  test(`predict and evaluate: a span for each image and each batch (${device})`, {
    skip,
  }, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'images');
    const { paths } = await drawFolder(data, [7, 6]);
    await writeFile(paths[3]!, 'no image');
    const model = join(folder, 'model.safetensors');
    await writeConstantModel(model, ['class-0', 'class-1'], [0, 1]);
    const profiles: Profile[] = [];
    const context = {
      onMessage: () => {},
      onProgress: () => {},
      onProfile: (profile: Profile) => profiles.push(profile),
    };
    const options = { model, device, batchSize: 4, noSetup: true } as const;
    const files = { predict: join(folder, 'predict.json'), evaluate: join(folder, 'evaluate.json') };
    const explain = join(folder, 'looked.png');
    for await (const _ of predict([data], { ...options, profile: files.predict }, context));
    await evaluate({ ...options, data, profile: files.evaluate }, context);
    for (const [index, file] of Object.values(files).entries()) {
      const { count, facts } = await readTrace(file);
      assert.equal(count('read and decode'), 12, file);
      assert.equal(count('forward'), 4);
      assert.equal(count('step'), 0);
      for (const name of ['scan', 'read the model', 'open the engine', 'make the network']) {
        assert.equal(count(name), 1, name);
      }
      assert.equal(profiles[index]!.file, file);
      assert.deepEqual(profiles[index]!.division, facts.division);
      assert.deepEqual(profiles[index]!.phases, facts.phases);
    }

    for await (const _ of predict([paths[0]!], { ...options, explain, profile: files.predict, force: true }));
    const { count } = await readTrace(files.predict);
    assert.deepEqual([count('draw'), count('Grad-CAM'), count('read and decode')], [1, 1, 2]);
  });
}

test('cached features: computed by the first run, read by the second', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [8, 8]);
  const options = { data, trainable: 'classifier', cacheLimit: '1GB', augment: 'none' } as const;
  const profiles = ['first', 'again'].map((name) => join(folder, `${name}.json`));
  for (const profile of profiles) {
    await trainNarrow({ ...options, profile, out: join(folder, `${profile}-run`) });
  }
  const [first, again] = (await Promise.all(profiles.map(readTrace))) as [
    Awaited<ReturnType<typeof readTrace>>,
    Awaited<ReturnType<typeof readTrace>>,
  ];
  assert.equal(first.count('read and decode'), 16);
  assert.ok(first.count('frozen layers') > 0);
  assert.equal(first.activityOf('frozen layers'), 'computing');
  assert.equal(first.count('store features'), first.count('frozen layers'));
  for (const name of ['store features', 'read cached features', 'open cached features']) {
    assert.equal(first.activityOf(name), 'files', name);
  }
  assert.equal(
    again.count('frozen layers') + again.count('read and decode') + again.count('store features'),
    0,
  );
  assert.ok(again.count('read cached features') > 0);
});

test('an existing file is refused before the work, and replaced with --force', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  const profile = join(folder, 'trace.json');
  await drawFolder(data, [4, 4]);
  await writeFile(profile, 'a file of the user');
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['class-0', 'class-1'], [0, 1]);
  const refused = fails(2, /trace\.json' already exists/);
  await assert.rejects(trainNarrow({ data, out, profile }), refused);
  await assert.rejects(evaluate({ data, model, profile }), refused);
  await assert.rejects(predict([data], { model, profile }).next(), refused);
  await assert.rejects(
    trainNarrow({ data, out, profile: join(folder, 'no', 'trace.json') }),
    fails(1, /Can't write/),
  );
  assert.equal(existsSync(out), false);
  assert.equal(await readFile(profile, 'utf8'), 'a file of the user');
  assert.equal(isRecording(), false);

  // A dry run writes no profile.
  await trainNarrow({ data, out, profile, dryRun: true });
  assert.equal(await readFile(profile, 'utf8'), 'a file of the user');

  await trainNarrow({ data, out, profile, force: true, epochs: 1 });
  assert.ok((await readTrace(profile)).count('step') > 0);
});

test('it is written if the run fails, is interrupted or is not consumed to its end', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const out = join(folder, 'run');
  const { paths } = await drawFolder(data, [6, 6]);
  const profile = (name: string) => join(folder, `${name}.json`);
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['class-0', 'class-1'], [0, 1]);

  const controller = new AbortController();
  await trainNarrow(
    { data, out, profile: profile('interrupted'), batchSize: 2 },
    { signal: controller.signal, onEvent: ({ event }) => event === 'step' && controller.abort() },
  );
  const interrupted = await readTrace(profile('interrupted'));
  assert.equal(interrupted.count('step'), 1);
  assert.equal(interrupted.count('save checkpoint'), 1);

  for await (const _ of predict([data], { model, profile: profile('left'), batchSize: 2 })) break;
  assert.equal((await readTrace(profile('left'))).count('forward'), 1);

  // The profile of a resumed run covers the resuming process only.
  const { events } = await trainNarrow({ resume: out, profile: profile('resumed') });
  const resumed = await readTrace(profile('resumed'));
  assert.equal(resumed.count('step'), events.filter(({ event }) => event === 'step').length);
  assert.equal(resumed.count('read the run'), 1);
  await trainNarrow({ data, out, epochs: 1, force: true, keepCheckpoint: true, profile: profile('whole') });
  await trainNarrow({ resume: out, epochs: 2 });
  const { options } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8'));
  assert.equal(options.profile, undefined, 'it belonged to the first process');
  await trainNarrow({ resume: out, epochs: 3, profile: profile('whole'), force: true }).catch((error) => {
    assert.fail(`resumed with --force: ${error.message}`);
  });

  await writeFile(paths[0]!, 'no image');
  await assert.rejects(
    trainNarrow({ data, out: join(folder, 'bad'), maxBad: 0, profile: profile('failed') }),
    fails(3, /unreadable so far/),
  );
  assert.ok((await readTrace(profile('failed'))).count('read and decode') > 0);
  assert.equal(isRecording(), false);
});

test('an error in writing it is reported and does not affect the result', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  const there = join(folder, 'there');
  await drawFolder(data, [2, 2]);
  await mkdir(there);
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['class-0', 'class-1'], [0, 1]);
  const messages: string[] = [];
  const profiles: Profile[] = [];
  const context = {
    onMessage: (message: string) => messages.push(message),
    onProgress: () => rmSync(there, { recursive: true, force: true }),
    onProfile: (profile: Profile) => profiles.push(profile),
  };
  const { images } = await evaluate({ data, model, profile: join(there, 'trace.json') }, context);
  assert.equal(images, 4);
  assert.match(messages.join('\n'), /The profile was not written\. .*trace\.json.*ENOENT/);
  assert.equal(profiles[0]!.file, undefined);
  assert.ok(profiles[0]!.division.computing > 0);
});

test('the recording ends at its limit', async (t) => {
  const file = join(await temporaryFolder(t), 'trace.json');
  const profiles: Profile[] = [];
  const context = {
    onMessage: () => {},
    onProgress: () => {},
    onProfile: (profile: Profile) => profiles.push(profile),
  };
  const profile = await startProfile({ profile: file }, context, 2500);
  const begin = performance.now();
  // Long enough for the counter of busy cores.
  span('work 0', 'other', () => {
    while (performance.now() - begin < 20);
  });
  for (let i = 1; i < 3000; i++) span(`work ${i}`, 'other', () => {});
  assert.equal(isRecording(), false);
  await later(200);
  await profile[Symbol.asyncDispose]();
  const { facts, spans } = await readTrace(file);
  assert.equal(spans.length, 2500);
  assert.equal(spans.at(-1)!.name, 'work 2499');
  assert.deepEqual([facts.complete, profiles[0]!.complete], [false, false]);
  assert.ok(facts.seconds < 0.2, `time after the limit is included: ${facts.seconds} s`);
});

test('without it, nothing is recorded', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [4, 4]);
  const recording = new Set<boolean>();
  const onEvent = () => recording.add(isRecording());
  await trainNarrow({ data, out: join(folder, 'plain'), epochs: 1 }, { onEvent });
  assert.deepEqual([...recording], [false]);
  recording.clear();
  await trainNarrow({ data, out: join(folder, 'run'), epochs: 1, profile: join(folder, 'p') }, { onEvent });
  assert.deepEqual([...recording], [true]);
});
