// The command lines in the documents are valid: commands, options and values are those of the declarations.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commands } from '../../dist/cli/commands.js';
import type { Option } from '../../dist/options/option.js';
import { outputOptions } from '../../dist/options/outputOptions.js';
import { root } from '../support.js';
import { blocksOf, documents, textOf } from './documents.js';

/** The words after `alexft` in each command line of a document, in code blocks and in inline code. */
function commandLinesOf(text: string): string[][] {
  const blocks = blocksOf(text).filter(({ language }) => ['sh', 'text'].includes(language));
  const inline = text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g);
  const lines = [...blocks.flatMap(({ text }) => text.split('\n')), ...[...inline].map((match) => match[1]!)];
  return lines
    .map((line) => line.trim().replace(/^\$ /, ''))
    .flatMap((line) => line.split(/\s+(?:[|&;<>]+|#)\s+/)) // pipes, redirections, comments
    .map((line) => /^(?:alexft|npx alexft|npm start --|node dist\/bin\.js)\s+(\S.*)$/.exec(line)?.[1])
    .filter((line) => line !== undefined)
    .map((line) => line.match(/'[^']*'|\S+/g)!.map((word) => word.replace(/^'(.*)'$/, '$1')));
}

/** Throws for an unknown command, option, value or argument. */
function checkCommandLine([name, ...words]: readonly string[]): void {
  if (['--help', '--version', 'COMMAND'].includes(name!)) return;
  const command = commands.find((command) => command.name === name);
  assert.ok(command, `there is no command '${name}'`);
  const options: Option<unknown>[] = Object.values({ ...command.options, ...outputOptions });
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      checkCommandLine(words.slice(i + 1)); // of launch
      return;
    }
    if (!word.startsWith('--')) {
      assert.ok(command.words, `${name} takes no words, but '${word}' is given`);
    } else if (word !== '--help') {
      const option = options.find(({ flag }) => flag === word);
      assert.ok(option, `${name} has no option ${word}`);
      if (!option.placeholder) continue;
      i += 1;
      assert.ok(i < words.length, `${word} is given no value`);
      option.parse(words[i]!);
    }
  }
}

test('every command line in the documents is valid', () => {
  const lines = documents.flatMap((document) =>
    commandLinesOf(textOf(document)).map((words) => ({ document, words })),
  );
  assert.ok(lines.length > 20, `only ${lines.length} command lines were found`);
  for (const { document, words } of lines) {
    try {
      checkCommandLine(words);
    } catch (error) {
      assert.fail(`${document}: alexft ${words.join(' ')}: ${(error as Error).message}`);
    }
  }
});

test('an invalid command line is found', () => {
  for (const wrong of [
    'fly',
    'train --dta x',
    'train photos',
    'train --epochs 0',
    'setup --device tpu',
    'train --lr',
  ]) {
    assert.throws(() => checkCommandLine(wrong.split(' ')), wrong);
  }
  const found = commandLinesOf(
    "```sh\nls *.jpg | alexft predict --files-from - # all\n```\nSay `alexft inspect 'a'`.",
  );
  assert.deepEqual(found, [
    ['predict', '--files-from', '-'],
    ['inspect', 'a'],
  ]);
});

test('every npm script in the documents is in package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = documents.flatMap((document) => [...textOf(document).matchAll(/npm run ([\w-]+)/g)]);
  assert.ok(named.length > 0);
  for (const [, name] of named) assert.ok(Object.hasOwn(scripts, name!), `npm run ${name}`);
});
