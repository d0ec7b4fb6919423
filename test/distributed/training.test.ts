import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../dist/distributed/rendezvous/meeting.js';
import { superviseRanks } from '../../dist/distributed/supervisor.js';
import { cacheFolder } from '../../dist/io/cacheFolder.js';
import type { TrainOptions } from '../../dist/options/train/trainOptions.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines } from '../engine/engines.js';
import { setEnvironment, temporaryFolder } from '../support.js';

const { skip } = (await engines())[0]!;
const program = fileURLToPath(new URL('trainRank.js', import.meta.url));

type Options = Partial<TrainOptions>;

/** Trains in that many processes, or in one, into `out`. Returns the exit code and the messages of the supervisor. */
async function trainIn(processes: number, options: Options, fate?: object, maxRestarts = 0) {
  const args = [program, JSON.stringify(options), JSON.stringify(fate ?? null)];
  const messages: string[] = [];
  const onMessage = (message: string) => messages.push(message);
  return { code: await superviseRanks({ processes, maxRestarts, args }, { onMessage }), messages };
}

interface Recorded {
  event: string;
  loss: number;
  valLoss?: number;
  file?: string;
}

const eventsOf = async (out: string, ...kinds: string[]): Promise<Recorded[]> =>
  (await readFile(join(out, 'events.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded)
    .filter(({ event }) => kinds.includes(event));

const lossesOf = async (out: string): Promise<number[]> =>
  (await eventsOf(out, 'step', 'epoch')).flatMap(({ loss, valLoss }) => [
    loss,
    ...(valLoss ? [valLoss] : []),
  ]);

const bytesOf = (out: string) => readFile(join(out, 'last.safetensors'));

/** 23 images of two classes, of which one can't be read: batches of 8 are unequal for 2 and 3 ranks. */
async function images(t: TestContext, { damaged = true } = {}): Promise<{ folder: string; data: string }> {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'images');
  await drawFolder(data, [12, 11]);
  if (damaged) await writeFile(join(data, (await firstImage(data)).file), 'no image');
  return { folder, data };
}

async function firstImage(data: string): Promise<{ file: string }> {
  const [className] = (await readdir(data)).sort();
  const names = (await readdir(join(data, className!))).sort();
  return { file: join(className!, names[3]!) };
}

const nearlyEqual = (actual: readonly number[], expected: readonly number[]) => {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of actual.entries()) {
    assert.ok(
      Math.abs(value - expected[index]!) <= 1e-4 * Math.abs(expected[index]!),
      `${actual} and ${expected}`,
    );
  }
};

const sgd = { optimizer: 'sgd', lr: 1e-2, classWeights: 'balanced', labelSmoothing: 0.1 } as const;

test('2 and 3 ranks that train all layers have the losses of one process', { skip }, async (t) => {
  const { folder, data } = await images(t);
  const out = (name: string) => join(folder, name);
  for (const [processes, name] of [
    [1, 'one'],
    [2, 'two'],
    [3, 'three'],
  ] as const) {
    assert.deepEqual(await trainIn(processes, { data, out: out(name), ...sgd, clipNorm: 1 }), {
      code: 0,
      messages: [],
    });
  }
  nearlyEqual(await lossesOf(out('two')), await lossesOf(out('one')));
  nearlyEqual(await lossesOf(out('three')), await lossesOf(out('one')));
  const skipped = (name: string) => eventsOf(out(name), 'skipped');
  assert.equal((await skipped('one')).length, 1);
  assert.deepEqual(await skipped('two'), await skipped('one'));
});

test('2 ranks that share frozen features have the bits of one process', { skip }, async (t) => {
  const { folder, data } = await images(t);
  const out = (name: string) => join(folder, name);
  for (const [processes, name] of [
    [1, 'one'],
    [2, 'two'],
  ] as const) {
    const { code } = await trainIn(processes, { data, out: out(name), trainable: 'classifier' });
    assert.equal(code, 0);
  }
  assert.deepEqual(await lossesOf(out('two')), await lossesOf(out('one')));
  assert.ok((await bytesOf(out('two'))).equals(await bytesOf(out('one'))));
});

test('2 ranks that train the last convolutions cache the outputs of the frozen ones', { skip }, async (t) => {
  const { folder, data } = await images(t);
  const cache = join(folder, 'cache');
  await mkdir(cache);
  await symlink(join(cacheFolder(), 'engines'), join(cache, 'engines'));
  setEnvironment(t, { ALEXFT_CACHE: cache });
  const out = (name: string) => join(folder, name);
  const options = { data, ...sgd, trainable: 'features.8', augment: 'none', checkpointEvery: '1h' } as const;
  for (const [processes, name, cacheLimit] of [
    [1, 'one', '0'],
    [2, 'two', '1GB'],
    [2, 'again', '1GB'],
  ] as const) {
    const { code } = await trainIn(processes, { ...options, cacheLimit, out: out(name) });
    assert.equal(code, 0);
  }
  nearlyEqual(await lossesOf(out('two')), await lossesOf(out('one')));
  const [key] = await readdir(join(cache, 'features'));
  const segments = await readdir(join(cache, 'features', key!));
  assert.equal(segments.filter((name) => name.endsWith('.rows')).length, 2);
  assert.ok((await bytesOf(out('again'))).equals(await bytesOf(out('two'))));
});

test('2 ranks with --reference torch have the losses of one process', { skip }, async (t) => {
  const { folder, data } = await images(t, { damaged: false });
  const out = (name: string) => join(folder, name);
  for (const [processes, name] of [
    [1, 'one'],
    [2, 'two'],
  ] as const) {
    const { code } = await trainIn(processes, {
      data,
      out: out(name),
      ...sgd,
      reference: 'torch',
      epochs: 1,
    });
    assert.equal(code, 0);
  }
  nearlyEqual(await lossesOf(out('two')), await lossesOf(out('one')));
});

test('a group whose rank is killed is restarted from its checkpoint, to the same bits', {
  skip,
}, async (t) => {
  const { folder, data } = await images(t);
  const options = { data, checkpointEvery: '1' };
  const whole = join(folder, 'whole');
  assert.equal((await trainIn(2, { ...options, out: whole })).code, 0);
  const restarted = join(folder, 'restarted');
  const fate = { at: 4, victim: 1, signal: 'SIGKILL', folder };
  const { code, messages } = await trainIn(2, { ...options, out: restarted }, fate, 1);
  assert.equal(code, 0);
  assert.match(
    messages.join(' '),
    /Rank 1 was ended by SIGKILL. All ranks have ended. Restarting them \(1 of 1\)/,
  );
  assert.ok((await bytesOf(restarted)).equals(await bytesOf(whole)));
  assert.deepEqual(await lossesOf(restarted), await lossesOf(whole));
});

test('a group whose rank is killed after the end has nothing left to train', { skip }, async (t) => {
  const { folder, data } = await images(t);
  const out = join(folder, 'run');
  const fate = { at: 'end', victim: 0, signal: 'SIGKILL', folder };
  const { code, messages } = await trainIn(2, { data, out, epochs: 1 }, fate, 1);
  assert.equal(code, 0);
  assert.match(messages.join(' '), /Rank 0 was ended by SIGKILL.*Restarting them \(1 of 1\)/);
  assert.equal(await stateOf(out), 'complete');
});

test('ranks whose supervisor is killed end, with a checkpoint', { skip }, async (t) => {
  const { folder, data } = await images(t);
  const out = join(folder, 'run');
  const fate = { at: 2, victim: 'parent', signal: 'SIGKILL', folder };
  const args = [program, JSON.stringify({ data, out, epochs: 100_000 }), JSON.stringify(fate)];
  const script = `import(${JSON.stringify(import.meta.resolve('../../dist/distributed/supervisor.js'))})
    .then(({ superviseRanks }) => superviseRanks(${JSON.stringify({ processes: 2, maxRestarts: 0, args })}, {}))`;
  const supervisor = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
  const signal = await new Promise((resolve) => supervisor.once('exit', (_, signal) => resolve(signal)));
  assert.equal(signal, 'SIGKILL');
  while ((await stateOf(out)) !== 'interrupted') await delay(100); // the file's time limit ends a hang
  for (const rank of [0, 1]) {
    const pid = Number(await readFile(join(folder, `${rank}.pid`), 'utf8'));
    while (isAlive(pid)) await delay(100);
  }
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const stateOf = async (out: string): Promise<string> =>
  (JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as { state: string }).state;

test('SIGTERM to one rank stops all at a checkpoint, and other numbers of ranks resume it', {
  skip,
}, async (t) => {
  const { folder, data } = await images(t);
  const whole = join(folder, 'whole');
  const out = join(folder, 'stopped');
  assert.equal((await trainIn(1, { data, out: whole, ...sgd })).code, 0);
  const fate = { at: 2, victim: 1, signal: 'SIGTERM', folder };
  const { code } = await trainIn(2, { data, out, ...sgd }, fate);
  assert.equal(code, 143);
  assert.equal(await stateOf(out), 'interrupted');
  const copy = join(folder, 'copy');
  await cp(out, copy, { recursive: true });
  for (const [processes, resume] of [
    [3, out],
    [1, copy],
  ] as const) {
    assert.equal((await trainIn(processes, { resume })).code, 0);
    nearlyEqual(await lossesOf(resume), await lossesOf(whole));
  }
});

/** Both ranks by hand, with options of their own. Gives their exit codes and what they wrote to stderr. */
async function byHand(...ranks: readonly Options[]): Promise<{ code: number; error: string }[]> {
  const rendezvous = `127.0.0.1:${await freePort()}`;
  return await Promise.all(
    ranks.map(async (options, rank) => {
      const place = { rendezvous, rank, worldSize: ranks.length };
      const args = [program, JSON.stringify({ ...options, ...place })];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      const code = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
      return { error: (await text(child.stderr)).trim(), code: await code };
    }),
  );
}

test('ranks with other options, images or devices are refused before anything is written', {
  skip,
}, async (t) => {
  const { folder, data } = await images(t);
  const out = join(folder, 'run');
  const other = join(folder, 'other');
  await cp(data, other, { recursive: true });
  await writeFile(join(other, (await firstImage(data)).file), 'another');
  for (const [options, message] of [
    [{ epochs: 3 }, /^Rank 1 \(127\.0\.0\.1\) differs from rank 0 in --epochs: 3 instead of 2\.$/],
    [{ data: other }, /differs from rank 0 in the images/],
  ] as const) {
    const [first, second] = await byHand({ data, out }, { data, ...options });
    assert.match(first!.error, message);
    assert.deepEqual(second, first);
    assert.equal(first!.code, 2);
    await assert.rejects(readFile(out), { code: 'ENOENT' });
  }
  const [wasm] = await byHand({ data, out, device: 'wasm' }, { data, device: 'wasm' });
  assert.match(wasm!.error, /Expected --device cpu or cuda for several processes but received wasm/);
});
