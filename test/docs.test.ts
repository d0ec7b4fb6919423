// The documents: command lines that the command line takes, links that lead somewhere, tables and JSON that are so.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { problemKinds } from '../dist/audit/problems.js';
import { commands } from '../dist/cli/commands.js';
import { check } from '../dist/commands/check.js';
import { drawNetwork } from '../dist/commands/drawNetwork.js';
import { predict } from '../dist/commands/predict.js';
import { report } from '../dist/commands/report.js';
import { train } from '../dist/commands/train.js';
import { verify } from '../dist/commands/verify.js';
import { listWeights } from '../dist/commands/weightsList.js';
import { showWeights } from '../dist/commands/weightsShow.js';
import type { Option } from '../dist/options/option.js';
import { outputOptions } from '../dist/options/outputOptions.js';
import { readSafetensors } from '../dist/weights/safetensors/safetensors.js';
import { writeConstantModel } from './commands/models.js';
import { drawFolder } from './data/colouredFolder.js';
import { blocksOf, documents, textOf } from './docs/documents.js';
import { root, temporaryFolder } from './support.js';

/** The words after `alexft` in each command line of a document: in code blocks, and in code between words. */
function commandLinesOf(text: string): string[][] {
  const blocks = blocksOf(text).filter(({ language }) => ['sh', 'text'].includes(language));
  const inline = text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g);
  const lines = [...blocks.flatMap(({ text }) => text.split('\n')), ...[...inline].map((match) => match[1]!)];
  return lines
    .map((line) => line.trim().replace(/^\$ /, ''))
    .flatMap((line) => line.split(/\s+(?:[|&;<>]+|#)\s+/)) // what the shell takes apart; comments
    .map((line) => /^(?:alexft|npx alexft|npm start --|node dist\/bin\.js)\s+(\S.*)$/.exec(line)?.[1])
    .filter((line) => line !== undefined)
    .map((line) => line.match(/'[^']*'|\S+/g)!.map((word) => word.replace(/^'(.*)'$/, '$1')));
}

/** Throws where the command line would not take these words: an unknown command, option, value or argument. */
function checkCommandLine([name, ...words]: readonly string[]): void {
  if (['--help', '--version', 'COMMAND'].includes(name!)) return;
  const command = commands.find((command) => command.name === name);
  assert.ok(command, `there is no command '${name}'`);
  const options: Option<unknown>[] = Object.values({ ...command.options, ...outputOptions });
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
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

test('every command line in the documents is one that alexft takes', () => {
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

test('a command line that alexft does not take is found', () => {
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

test('every npm script in the documents is one of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = documents.flatMap((document) => [...textOf(document).matchAll(/npm run ([\w-]+)/g)]);
  assert.ok(named.length > 0);
  for (const [, name] of named) assert.ok(Object.hasOwn(scripts, name!), `npm run ${name}`);
});

/** GitHub's name for a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1]!));

test('every link within the project leads to a file, and to a heading in it', () => {
  let checked = 0;
  for (const document of documents) {
    for (const [, link] of textOf(document).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link!)) continue;
      const [path, anchor] = link!.split('#') as [string, string?];
      const target = path === '' ? document : join(dirname(document), path);
      assert.ok(existsSync(join(root, target)), `${document} links to ${link}`);
      if (anchor !== undefined) {
        assert.ok(
          anchorsOf(textOf(target)).includes(anchor),
          `${document} links to ${link}: no such heading`,
        );
      }
      checked += 1;
    }
  }
  assert.ok(checked > 20);
});

test('JSON in the documents is JSON', () => {
  const blocks = documents.flatMap((document) => blocksOf(textOf(document)));
  const whole = blocks.filter(({ language }) => language === 'json').map(({ text }) => text);
  const lines = blocks
    .filter(({ language }) => language === 'jsonl')
    .flatMap(({ text }) => text.trim().split('\n'));
  assert.ok(whole.length > 2 && lines.length > 5);
  for (const text of [...whole, ...lines]) assert.doesNotThrow(() => JSON.parse(text), text);
});

/** The table of docs/json.md under `heading`: the first cell of each row, and the names in code in the second. */
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
  await writeFile(join(data, 'class-0', 'more.png'), '');
  await assert.rejects(async () => {
    for await (const event of train({ ...given, maxBad: 0, force: true }, undefined, { widths })) note(event);
  });
  const events = documented('## train');
  assert.deepEqual([...found.keys()].sort(), [...events.keys()].sort());
  for (const [event, fields] of found) assert.deepEqual([...fields].sort(), events.get(event)!.sort(), event);

  const fields = Object.keys(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')));
  assert.deepEqual(fields.sort(), [...documented('### run.json').keys()].sort());
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
    ['schema', ...Object.keys(await check({ data }))].sort(),
    [...documented('## check').keys()].filter((name) => !isProblemKind(name)).sort(),
  );
  for (const kind of problemKinds) assert.ok(textOf('docs/json.md').includes(`\`${kind}\``), kind);

  const given = { data, out, device: 'wasm', weights: 'none', epochs: 1 } as const;
  const widths = { convolutions: [4, 4, 4, 4, 4], hidden: [8, 8] } as const;
  for await (const _ of train(given, undefined, { widths }));
  const result = await verify(out);
  assert.deepEqual(['schema', ...Object.keys(result)].sort(), [...documented('## verify').keys()].sort());
  const told = await report(out, { device: 'wasm', noCheck: true });
  assert.deepEqual(['schema', ...Object.keys(told)].sort(), [...documented('## report').keys()].sort());
  const [file] = result.files;
  assert.deepEqual(Object.keys(file!).sort(), documented('## verify').get('files')!.sort());
});
const isProblemKind = (name: string) => (problemKinds as readonly string[]).includes(name);

test('docs/json.md has every key of a model’s metadata, and of what is shown of weights', async (t) => {
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

test('docs/json.md has every field of what inspect and predict draw', async (t) => {
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
