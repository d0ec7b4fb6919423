// Runs the command lines of the documents and compares their output with what is shown. The images are few and
// generated; network, engine and commands are the real ones.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { findFeatures } from '../../dist/weights/lpipsJax.js';
import { type Ended, inShell } from '../cli/run.js';
import { engines } from '../engine/engines.js';
import { root } from '../support.js';
import { blocksOf, documents, textOf } from './documents.js';
import { notRun, runNevertheless } from './notRun.js';
import { makeReadersFolder } from './readersFolder.js';
import { shapeProblem } from './shape.js';
import { type ShownCommand, shownCommands } from './shownCommands.js';

/** Exit codes other than 0. */
const exitCodes = new Map([
  ['alexft predict cat.jpg dog.jpg empty.jpg', 3], // empty.jpg cannot be read
  ["find . -name '*.jpg' | alexft predict --files-from - --top 1", 3], // includes empty.jpg
  ['alexft train --data data/PetImages --trainable head --weights imagenet-features', 2], // shown as refused
]);

const isRun = ({ command }: ShownCommand) =>
  runNevertheless.includes(command) || !notRun.some(({ begins }) => command.startsWith(begins));

test('the commands listed as not run are in the documents', () => {
  const commands = shownCommands().map(({ command }) => command);
  for (const { begins } of notRun) {
    assert.ok(
      commands.some((command) => command.startsWith(begins)),
      `no document shows '${begins}'`,
    );
  }
  for (const command of [...runNevertheless, ...exitCodes.keys()]) {
    assert.ok(commands.includes(command), `no document shows '${command}'`);
  }
});

const makesNamedModel = ({ command }: ShownCommand) => /^alexft train .*--(out|resume) /.test(command);

/**
 * By document, trainings of named models first: the document's other commands use them. A command without output that
 * is shown elsewhere is run once; such a training once in each document.
 */
function inOrder(commands: readonly ShownCommand[]): ShownCommand[] {
  const isRepeated = (shown: ShownCommand, i: number) =>
    shown.output.length === 0 &&
    commands.some(
      (other, j) =>
        other.command === shown.command &&
        (j < i || other.output.length > 0) &&
        (other.document === shown.document || !makesNamedModel(shown)),
    );
  const place = (shown: ShownCommand) =>
    2 * documents.indexOf(shown.document) + (makesNamedModel(shown) ? 0 : 1);
  return commands.filter((shown, i) => !isRepeated(shown, i)).sort((a, b) => place(a) - place(b));
}

const [{ skip: noEngine } = { skip: false }] = await engines();
const skip = existsSync('/bin/sh') ? noEngine : 'no shell';

test('the commands in the documents print what is shown', { skip }, async (t) => {
  const folder = await makeReadersFolder(t);
  if (!(await findFeatures()))
    return t.skip("ImageNet's convolutions: alexft weights fetch imagenet-features");
  for (const shown of inOrder(shownCommands().filter(isRun))) {
    await t.test(`${shown.document}: ${shown.command}`, async () => {
      await makeRoom(shown.command);
      const { code, stdout } = await run(shown);
      const expected = shown.output.includes('^C') ? 130 : (exitCodes.get(shown.command) ?? 0);
      assert.equal(code, expected, stdout);
      assert.doesNotMatch(stdout, /^\s+at .*:\d+:\d+\)?$|This is a bug/m);
      const printed = stdout.replace(/^Advice: .*\n/gm, ''); // depends on the images
      if (shown.output.length > 0) assert.equal(shapeProblem(shown.output, printed), undefined);
    });
  }

  await t.test('the program in README.md', async () => {
    const programs = blocksOf(textOf('README.md')).filter(({ language }) => language === 'ts');
    assert.equal(programs.length, 1);
    await writeFile(join(folder, 'program.mjs'), programs[0]!.text); // it has no type annotations
    const { code, stdout } = await run({ document: '', command: 'node program.mjs', output: [] });
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^epoch 1: [\d.]+\nepoch 2: [\d.]+\nepoch 3: [\d.]+\n\{[\s\S]*\}\n[\d.]+\n$/m);
  });

  /** With stderr in stdout, as on a terminal. Where `^C` is shown, SIGINT is sent after the line above it. */
  function run({ command, output }: ShownCommand): Promise<Ended> {
    const isOfProject = /^(npm (start --|run )|node scripts\/|node --test)/.test(command);
    const interrupted = /^\D*\d+\D+\d+\D+/.exec(output[output.indexOf('^C') - 1] ?? '')?.[0];
    let sent = false;
    return inShell(`exec 2>&1; unset NODE_TEST_CONTEXT; ${interrupted ? 'exec ' : ''}${command}`, [], {
      cwd: isOfProject ? root : folder,
      patience: 400, // on a busy machine
      env: { ALEXFT_OFFLINE: command.startsWith('alexft doctor') ? '0' : '1' }, // doctor reports it, and fetches nothing
      onStdout: (child, soFar) => {
        if (sent || !interrupted || !soFar.includes(interrupted)) return;
        sent = true;
        child.kill('SIGINT');
      },
    });
  }

  /** Removes dated runs, so that models/photos is the newest, and files that a command would not replace. */
  async function makeRoom(command: string): Promise<void> {
    const runs = await readdir(join(folder, 'models')).catch(() => []);
    const old = runs.filter((name) => /^\d{4}-/.test(name)).map((name) => join('models', name));
    const drawn = (await readdir(folder)).filter((name) => name.endsWith('.png'));
    const out = / --out (\S+)/.exec(command)?.[1] ?? [];
    for (const path of old.concat(drawn, out)) await rm(join(folder, path), { recursive: true, force: true });
  }
});
