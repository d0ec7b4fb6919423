// Ctrl-C on a pseudo-terminal, by script(1).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeConstantModel } from '../commands/models.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';
import { Emulator } from './emulator.js';
import { classifierFromScratch, executable, withoutTerminal } from './run.js';

test('Ctrl-C while a bar is shown ends the process and restores the terminal', {
  skip: withoutTerminal,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'images'), [2, 2]);
  // Many names for the same images keep the command busy until the signal comes.
  for (let i = 0; i < 5000; i++) await symlink(paths[0]!, join(folder, 'images', 'class-0', `${i}-more.png`));
  const model = join(folder, 'model.safetensors');
  await writeConstantModel(model, ['class-0', 'class-1'], [0, 1]);
  const words = ['evaluate', '--data', join(folder, 'images'), '--model', model, '--device', 'wasm'];
  const { code, shown } = await typeCtrlC(t, [...words, '--batch-size', '16'], [/Evaluating +\S*░/]);
  assert.equal(code, 130, shown);
  assert.deepEqual(finalScreen(shown).lines, ['', 'Stopping. (Press Ctrl-C again to exit immediately.)']);
});

/** The screen after the process, which has to be usable. */
function finalScreen(shown: string): Emulator {
  const screen = new Emulator(80, true);
  screen.write(shown);
  assert.ok(screen.cursorVisible && screen.autoWrap);
  assert.doesNotMatch(screen.lines.join('\n'), /[█░]/);
  return screen;
}

/** Runs alexft on a pseudo-terminal and types Ctrl-C each time that the output matches the next of `moments`. */
async function typeCtrlC(t: TestContext, words: readonly string[], moments: readonly RegExp[]) {
  const command = [process.execPath, executable, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', LANG: 'C.UTF-8', LC_ALL: '', ALEXFT_OFFLINE: '1' },
    timeout: 100_000,
    killSignal: 'SIGKILL',
  });
  let shown = '';
  let typed = 0;
  let answered = Number.NaN;
  child.stdout.on('data', (piece: Buffer) => {
    shown += piece.toString();
    if (moments[typed]?.test(shown)) {
      typed += 1;
      const begin = performance.now();
      child.stdin.write('\x03');
      if (typed === 1) answered = -begin;
    }
    if (answered < 0 && shown.includes('Stopping')) answered += performance.now();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  t.diagnostic(`answered after ${answered.toFixed(0)} ms`);
  return { code, shown };
}

const withoutEngine = withoutTerminal || (await engines())[0]!.skip;

test('Ctrl-C during training: a message, a bar while saving, and how to resume', {
  skip: withoutEngine,
}, async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [20, 20]); // an epoch long enough for a bar
  const out = join(folder, 'run');
  const words = [
    'train',
    '--data',
    join(folder, 'images'),
    '--out',
    out,
    '--epochs',
    '1000',
    ...classifierFromScratch,
  ];
  const { code, shown } = await typeCtrlC(t, words, [/Epoch 1\/1000 .*loss/]);
  assert.equal(code, 130, shown);
  assert.match(shown, /Stopping after this step/);
  const [before] = shown.split('Stopping') as [string];
  assert.ok(before.lastIndexOf('\u001b[?7h') > before.lastIndexOf('\u001b[?7l'), 'long lines wrap');
  assert.match(shown, /Saving +\S*[█░]/, 'a bar while saving');
  assert.match(finalScreen(shown).lines.join('\n'), /^To resume: alexft train --resume/m);
  assert.equal(JSON.parse(await readFile(join(out, 'run.json'), 'utf8')).state, 'interrupted');
});

test('a second Ctrl-C exits immediately', { skip: withoutEngine }, async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [20, 20]); // an epoch long enough for a bar
  const data = ['--data', join(folder, 'images'), '--out', join(folder, 'run'), '--epochs', '1000'];
  const { code, shown } = await typeCtrlC(
    t,
    ['train', ...data, ...classifierFromScratch],
    [/Epoch 1\/1000 .*loss/, /Stopping/],
  );
  assert.equal(code, 130, shown);
  assert.doesNotMatch(finalScreen(shown).lines.join('\n'), /To resume/);
});

test('SIGINT while predict waits for an image on stdin ends it', async (t) => {
  const model = join(await temporaryFolder(t), 'model.safetensors');
  await writeConstantModel(model, ['a', 'b'], [0, 1]);
  const words = ['predict', '-', '--model', model, '--device', 'wasm'];
  const child = spawn(process.execPath, [executable, ...words], { timeout: 60_000, killSignal: 'SIGKILL' });
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  await sleep(4000); // it prints nothing while it waits
  child.kill('SIGINT');
  assert.equal(await ended, 130);
});
