import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const bench = (name: string) => fileURLToPath(new URL(`../../bench/${name}`, import.meta.url));

const run = (words: readonly string[], input = '') => {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { input, encoding: 'utf8' });
  return { status, stdout, stderr };
};

test('alexft’s side of the bench computes what it is asked', () => {
  const questions = [
    { work: 'step', batch: 2, count: 2, classes: 3 },
    { work: 'inference', batch: 1, count: 1 },
    { work: 'features', batch: 1, count: 1 },
  ];
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const { status, stdout, stderr } = run([bench('speed/serve.mjs'), 'auto', 'float32', '1'], input);
  assert.equal(status, 0, stderr);
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { seconds: number[] });
  assert.deepEqual(
    answers.map(({ seconds }) => seconds.length),
    questions.map(({ count }) => count),
  );
  assert.ok(answers.every(({ seconds }) => seconds.every((each) => each > 0)));
});

test('the bench refuses what it can’t measure, in words', () => {
  for (const [words, told] of [
    [[], /Name a folder of photos/],
    [['--data', 'photos', '--parts', 'sound'], /There is no part 'sound'/],
    [['--data', 'photos', '--rounds', 'many'], /--rounds is a number/],
    [['--data', 'photos', '--write', 'page.md'], /--write takes its figures from --json/],
  ] as const) {
    const { status, stderr } = run([bench('speed.mjs'), ...words]);
    assert.equal(status, 2);
    assert.match(stderr, told);
  }
});

test('ratios are those of a round’s neighbours, and a goal that is missed is named', () => {
  const code = `
    import { markdown, ratioOf } from ${JSON.stringify(new URL('../../bench/speed/table.mjs', import.meta.url).href)};
    const row = { title: 'work', goals: { best: 1.5 }, seconds: { alexft: [1, 2, 4], best: [2, 2, 5] } };
    console.log(JSON.stringify(ratioOf(row, 'best')));
    console.log(markdown([row]));`;
  const { stdout } = run(['--input-type=module', '--eval', code]);
  const [ratio, ...table] = stdout.split('\n');
  assert.deepEqual(JSON.parse(ratio!), { median: 1.25, least: 1, most: 2, goal: 1.5 });
  assert.match(table.join('\n'), /\| work \| 2\.00 \|.*\*\*1\.25\*\* \(1\.00–2\.00\), short of 1\.5/);
});
