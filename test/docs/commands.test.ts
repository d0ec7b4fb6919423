// Runs the command lines that the documents show, as a reader would, and compares what they print with what is shown.
// The images are few and drawn; the network, the engine and the commands are the real ones.

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

/** Exit codes other than 0, with their reasons. */
const exitCodes = new Map([
  ['alexft predict cat.jpg dog.jpg empty.jpg', 3], // of these, empty.jpg can't be read
  ["find . -name '*.jpg' | alexft predict --files-from - --top 1", 3], // it finds that one, too
  ['alexft train --data data/PetImages --trainable head --weights imagenet-features', 2], // shown as refused
]);

const isRun = ({ command }: ShownCommand) =>
  runNevertheless.includes(command) || !notRun.some(({ begins }) => command.startsWith(begins));

test('what is listed as not run is in the documents', () => {
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

/** Document by document, in each the trainings first that make a model with a name, and none a second time for nothing. */
function inOrder(commands: readonly ShownCommand[]): ShownCommand[] {
  const isShownElsewhere = ({ command, output }: ShownCommand, i: number) =>
    output.length === 0 &&
    commands.some((other, j) => other.command === command && (j < i || other.output.length > 0));
  const place = ({ document, command }: ShownCommand) =>
    2 * documents.indexOf(document) + (/^alexft train .*--(out|resume) /.test(command) ? 0 : 1);
  return commands.filter((command, i) => !isShownElsewhere(command, i)).sort((a, b) => place(a) - place(b));
}

const [{ skip: noEngine } = { skip: false }] = await engines();
const skip = existsSync('/bin/sh') ? noEngine : 'no shell';

test('the commands in the documents do what is shown', { skip }, async (t) => {
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
      if (shown.output.length > 0) assert.equal(shapeProblem(shown.output, stdout), undefined);
    });
  }

  await t.test('the program in README.md', async () => {
    const programs = documents.flatMap((name) =>
      blocksOf(textOf(name)).filter(({ language }) => language === 'ts'),
    );
    assert.equal(programs.length, 1);
    await writeFile(join(folder, 'program.mjs'), programs[0]!.text); // it names no types
    const { code, stdout } = await run({ document: '', command: 'node program.mjs', output: [] });
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^epoch 1: [\d.]+\nepoch 2: [\d.]+\nepoch 3: [\d.]+\n\{[\s\S]*\}\n[\d.]+\n$/m);
  });

  /** With stderr among stdout, as on a screen; where `^C` is shown, interrupted after the line above it. */
  function run({ command, output }: ShownCommand): Promise<Ended> {
    const isOfProject = /^(npm start --|node scripts\/|node --test)/.test(command);
    const interrupted = /^\D*\d+\D+\d+\D+/.exec(output[output.indexOf('^C') - 1] ?? '')?.[0];
    let sent = false;
    return inShell(`exec 2>&1; unset NODE_TEST_CONTEXT; ${interrupted ? 'exec ' : ''}${command}`, [], {
      cwd: isOfProject ? root : folder,
      patience: 400, // on a busy machine
      env: { ALEXFT_OFFLINE: command.startsWith('alexft doctor') ? '0' : '1' }, // it fetches nothing, and tells of it
      onStdout: (child, soFar) => {
        if (sent || !interrupted || !soFar.includes(interrupted)) return;
        sent = true;
        child.kill('SIGINT');
      },
    });
  }

  /** Removes runs with a date for a name, so that models/photos is the newest, and what a command would not replace. */
  async function makeRoom(command: string): Promise<void> {
    const runs = await readdir(join(folder, 'models')).catch(() => []);
    const old = runs.filter((name) => /^\d{4}-/.test(name)).map((name) => join('models', name));
    const drawn = (await readdir(folder)).filter((name) => name.endsWith('.png'));
    const out = / --out (\S+)/.exec(command)?.[1] ?? [];
    for (const path of old.concat(drawn, out)) await rm(join(folder, path), { recursive: true, force: true });
  }
});
