// The scripts of alexft completion in the shells themselves.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { commands } from '../../../dist/cli/commands.js';
import { shells } from '../../../dist/options/completionOptions.js';
import { outputOptions } from '../../../dist/options/outputOptions.js';
import { temporaryFolder } from '../../support.js';
import { alexft, jsonLines } from '../run.js';

/** A folder with the script, and `images`, with files and folders to complete. */
async function prepared(t: TestContext, shell: string): Promise<{ script: string; images: string }> {
  const folder = await temporaryFolder(t);
  const images = join(folder, 'images');
  await mkdir(join(images, 'data set'), { recursive: true });
  await writeFile(join(images, 'dog.jpg'), '');
  const script = join(folder, 'script');
  const { code, stdout } = await alexft(['completion', shell]);
  assert.equal(code, 0);
  await writeFile(script, stdout);
  return { script, images };
}

const without = (shell: string) =>
  spawnSync(shell, ['--version']).status === 0 ? false : `${shell} is not installed`;

test('every script has every command and option', async () => {
  for (const shell of shells) {
    const { stdout } = await alexft(['completion', shell]);
    for (const { name, options } of commands) {
      assert.ok(stdout.includes(name), `${shell} ${name}`);
      for (const { flag } of Object.values({ ...options, ...outputOptions })) {
        assert.ok(
          stdout.includes(shell === 'fish' ? `-l ${flag.slice(2)} ` : flag),
          `${shell} ${name} ${flag}`,
        );
      }
    }
  }
  const [{ schema, shell } = {}] = jsonLines((await alexft(['completion', 'fish', '--json'])).stdout);
  assert.deepEqual([schema, shell], [1, 'fish']);
  for (const words of [['csh'], ['bash', 'zsh'], ['constructor']]) {
    const refused = await alexft(['completion', ...words]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /Expected one of bash, zsh, fish, powershell/);
  }
});

test('bash', { skip: without('bash') }, async (t) => {
  const { script, images } = await prepared(t, 'bash');
  const completed = (...words: string[]) =>
    execFileSync(
      'bash',
      [
        '-c',
        `source "$0"; COMP_WORDS=(alexft "$@"); COMP_CWORD=$#; _alexft; printf "%s\\n" "\${COMPREPLY[@]}"`,
        script,
        ...words,
      ],
      { cwd: images, encoding: 'utf8' },
    )
      .trim()
      .split('\n');
  assert.deepEqual(completed('tra'), ['train']);
  assert.ok(completed('').includes('predict'));
  assert.deepEqual(completed('train', '--optim'), ['--optimizer']);
  assert.deepEqual(completed('train', '--optimizer', 'a'), ['adam', 'adamw']);
  assert.deepEqual(completed('train', '--optimizer', '=', 's'), ['sgd']);
  assert.deepEqual(completed('train', '--epochs', ''), ['']);
  assert.deepEqual(completed('train', '--data', 'd'), ['data set']);
  assert.deepEqual(completed('predict', 'd').sort(), ['data set', 'dog.jpg']);
  assert.deepEqual(completed('train', '--weights', 'n'), ['none']);
  assert.deepEqual(completed('weights', 'c'), ['convert']);
});

test('fish', { skip: without('fish') }, async (t) => {
  const { script, images } = await prepared(t, 'fish');
  const completed = (line: string) =>
    execFileSync('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line], {
      cwd: images,
      encoding: 'utf8',
    })
      .split('\n')
      .map((each) => each.split('\t')[0]!)
      .filter(Boolean);
  assert.deepEqual(completed('alexft tra'), ['train']);
  assert.deepEqual(completed('alexft train --optim'), ['--optimizer']);
  assert.deepEqual(completed('alexft train --optimizer a'), ['adam', 'adamw']);
  assert.deepEqual(completed('alexft train --optimizer=s'), ['--optimizer=sgd']);
  assert.deepEqual(completed('alexft train --epochs '), []);
  assert.deepEqual(completed('alexft train --data d'), ['data set/']);
  assert.deepEqual(completed('alexft predict --model d').sort(), ['data set/', 'dog.jpg']);
  assert.deepEqual(completed('alexft weights con'), ['convert']);
});

/** Prints the line that zsh has after TAB, for each line given after the script. */
const typed = `
zmodload zsh/zpty
script=$1; shift
zpty shell zsh -f -i
zpty -w -n shell $'PS1=; autoload -Uz compinit; compinit -u -D; source '$script$'; show() { print -r -- "<<$BUFFER>>"; BUFFER=; zle accept-line }; zle -N show; bindkey "^X" show; bindkey "^I" complete-word; print READY"1"\\n'
zpty -r shell out '*READY1*'
for line in "$@"; do
  zpty -w -n shell "$line"$'\\t\\x18'
  zpty -r shell out $'*<<*>>*'
  print -r -- "\${\${out##*<<}%%>>*}"
done
zpty -d shell`;

test('zsh', { skip: without('zsh') }, async (t) => {
  const { script, images } = await prepared(t, 'zsh');
  const lines = {
    'alexft tra': 'alexft train ',
    'alexft train --optim': 'alexft train --optimizer=',
    'alexft train --optimizer s': 'alexft train --optimizer sgd ',
    'alexft train --optimizer=s': 'alexft train --optimizer=sgd ',
    'alexft train --data d': 'alexft train --data data\\ set/',
    'alexft train --weights no': 'alexft train --weights none ',
    'alexft train --epochs d': 'alexft train --epochs d',
    'alexft predict do': 'alexft predict dog.jpg ',
    'alexft weights con': 'alexft weights convert ',
  };
  const output = execFileSync('zsh', ['-f', '-c', typed, 'zsh', script, ...Object.keys(lines)], {
    cwd: images,
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.deepEqual(
    output
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd()),
    Object.values(lines).map((line) => line.trimEnd()),
  );
});
