// What alexft shows on different terminals and in a log.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createCosts } from '../../dist/cli/display/costs.js';
import { columnsOf } from '../../dist/cli/terminal/columns.js';
import { drawFolder } from '../data/colouredFolder.js';
import { engines } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';
import { Emulator } from './emulator.js';
import { alexft, classifierFromScratch, onTerminal, withoutTerminal } from './run.js';

const esc = '\u001b';
const skip = withoutTerminal;
/** Hides the result, so that only the progress is shown. */
const after = '>/dev/null';

/** A dataset that takes a while to check: a few images under many names, in a class with a wide name. */
async function manyImages(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  const { paths } = await drawFolder(join(folder, 'some'), [2, 2]);
  const data = join(folder, 'many');
  for (const [index, name] of ['猫の写真のフォルダ', 'dogs'].entries()) {
    await mkdir(join(data, name), { recursive: true });
    const links = Array.from({ length: 1200 }, (_, i) =>
      symlink(paths[2 * index]!, join(data, name, `${i}.png`)),
    );
    await Promise.all(links);
  }
  return data;
}

/** Every state of every line that was shown, without control sequences. */
const linesOf = (shown: string) =>
  stripVTControlCharacters(shown.replaceAll(`${esc}[1G`, '\n'))
    .split(/[\r\n]+/)
    .filter(Boolean);

for (const columns of [40, 60, 200]) {
  test(`at ${columns} columns a bar shows the time left and is never wider`, { skip }, async (t) => {
    const data = await manyImages(t);
    const { code, stdout } = await onTerminal(['check', '--data', data], { columns, after });
    assert.equal(code, 0, stdout);
    const bars = linesOf(stdout).filter((line) => line.startsWith('Checking'));
    assert.ok(
      bars.some((line) => /█.*░ .*%.* left/.test(line)),
      stdout,
    );
    if (columns >= 60)
      assert.ok(
        bars.some((line) => /images\/s/.test(line)),
        stdout,
      );
    assert.ok(bars.some((line) => /of 2,400 images .* left/.test(line)) === (columns === 200));
    for (const line of bars) assert.ok(columnsOf(line) < columns, line);
    assert.ok(stdout.lastIndexOf(`${esc}[?25h`) > stdout.lastIndexOf(`${esc}[?25l`), 'the cursor is visible');
    assert.ok(stdout.lastIndexOf(`${esc}[?7h`) > stdout.lastIndexOf(`${esc}[?7l`), 'long lines wrap again');
  });
}

for (const reflow of [true, false]) {
  test(`a terminal that is narrowed ${reflow ? 'and wraps' : 'and cuts'} its lines stays clean`, {
    skip,
  }, async (t) => {
    const data = await manyImages(t);
    let resizedAt = 0;
    const { code, stdout } = await onTerminal(['check', '--data', data], {
      columns: 120,
      after,
      onStdout: (_child, stdout) => {
        if (resizedAt > 0 || !/Checking .*images.*left/.test(stdout)) return;
        if (!stdout.endsWith(`${esc}[0J${esc}[1G`)) return; // in the middle of a drawing
        resizedAt = stdout.length;
        spawnSync('stty', ['-F', stdout.split(/\r?\n/)[0]!, 'cols', '50']);
      },
    });
    assert.equal(code, 0, stdout);
    const afterResize = stdout.slice(resizedAt);
    assert.ok(linesOf(afterResize).some((line) => /^Checking .*█/.test(line) && columnsOf(line) < 50));

    const screen = new Emulator(120, reflow);
    screen.write(stdout.slice(stdout.indexOf('\n') + 1, resizedAt));
    assert.match(screen.lines.join('\n'), /^Checking .*$/);
    screen.resize(50);
    for (const drawing of afterResize.split(new RegExp(`(?<=${esc}\\[0J)`))) {
      screen.write(drawing);
      assert.ok(screen.lines.length <= 1, screen.lines.join('\n'));
    }
    assert.deepEqual(screen.lines, []);
    assert.ok(screen.cursorVisible && screen.autoWrap);
  });
}

test('without UTF-8 a bar is ASCII; a dumb terminal gets lines and no escape', { skip }, async (t) => {
  const data = await manyImages(t);
  const words = ['check', '--data', data];
  const ascii = await onTerminal(words, { columns: 80, env: { LANG: 'C' }, after });
  assert.match(ascii.stdout, /Checking +#*-+ +\d+%/);
  const dumb = await onTerminal(words, { columns: 80, env: { TERM: 'dumb' }, after });
  assert.ok(!dumb.stdout.includes(esc));
  assert.match(dumb.stdout, /^Checking: \d+%, [\d,]+ of 2,400 images/m);
});

test('--quiet shows no bar', { skip }, async (t) => {
  const data = await manyImages(t);
  const { stdout } = await onTerminal(['check', '--data', data, '--quiet'], { columns: 80, after });
  assert.match(stdout, /^\/dev\/\S+\r?\n$/); // the path of the terminal
});

test('colors: on a terminal, unless NO_COLOR is set; in a log only with FORCE_COLOR', { skip }, async () => {
  const words = ['check', '--data', 'nowhere'];
  const red = `${esc}[31merror:${esc}[39m The folder`;
  const shown = async (env: Record<string, string>) => (await onTerminal(words, { columns: 80, env })).stdout;
  assert.ok((await shown({})).includes(red));
  assert.ok(!(await shown({ NO_COLOR: '1' })).includes(esc));
  const logged = async (env: Record<string, string>) => (await alexft(words, { env })).stderr;
  assert.ok(!(await logged({})).includes(esc));
  assert.ok((await logged({ FORCE_COLOR: '1' })).includes(red));
});

test('--verbose: versions and hardware, timings, processor time and memory', async (t) => {
  const data = join(await temporaryFolder(t), 'images');
  await drawFolder(data, [4, 4]);
  const { stderr } = await alexft(['check', '--data', data, '--verbose']);
  assert.match(stderr, /^alexft [\d.]+, Node v[\d.]+, .* cores, [\d.]+ GB of memory\nCache: /);
  assert.match(stderr, /\nTotal: [\d.]+ s, [\d.]+ s of processor time, [\d.]+ GB of peak memory\.\n$/);
  let now = 0;
  const costs = createCosts(() => now);
  for (const [activity, seconds] of [
    ['starting', 2],
    ['steps', 4],
    ['steps', 1],
    ['saving', 0.01],
  ] as const) {
    now += seconds;
    costs.spent(activity);
  }
  assert.equal(costs.lines()[0], 'Time: starting 2.0 s, steps 5.0 s.');
});

const withoutEngine = withoutTerminal || (await engines())[0]!.skip;

test('a training at 60 columns: features, steps, validation, epochs of one line each, curves', {
  skip: withoutEngine,
}, async (t) => {
  const folder = await temporaryFolder(t);
  await drawFolder(join(folder, 'images'), [24, 24]); // an epoch long enough to show the time left
  const words = [
    'train',
    '--data',
    join(folder, 'images'),
    '--out',
    join(folder, 'run'),
    '--epochs',
    '3',
    ...classifierFromScratch,
  ];
  const { code, stdout } = await onTerminal(words, { columns: 60 });
  assert.equal(code, 0, stdout);
  const lines = linesOf(stdout);
  for (const line of lines) {
    if (/^(Features|Epoch|Validation|Saving|\d\.\d+ ┤| )/.test(line)) assert.ok(columnsOf(line) <= 60, line);
  }
  assert.ok(
    lines.some((line) => /^Epoch 1\/3 █*░+ +\d+%.* left.*loss/.test(line)),
    stdout,
  );
  const ends = lines.filter((line) => /^Epoch \d\/3 {2}loss \d\.\d{3} acc \d\.\d{3} {2}val /.test(line));
  assert.equal(ends.length, 3, stdout);
  assert.ok(stdout.includes(`${esc}[32mbest${esc}[39m`));
  assert.ok(
    lines.includes('       accuracy') && lines.some((line) => line.endsWith('validation, by epoch)')),
  );
});
