// The language of documents, comments and messages: words to avoid, and the length of comment lines (CONTRIBUTING.md).

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { documents, textOf } from './docs/documents.js';
import { root } from './support.js';

/** The folders whose TypeScript and JavaScript are checked. */
const checkedFolders: readonly string[] = ['src', 'test', 'bench', 'scripts'];

/** In comments and in the prose of documents. */
const longestLine = 120;

/** Words and phrases to avoid, with the term to use. */
const words: Readonly<Record<string, string>> = {
  'picture|pictures': 'image',
  'whoever|whomever': 'the caller',
  'nobody|somebody|someone': 'name the subject, or use the passive',
  'to be had': 'available',
  '(is|are|was|were) told': 'receives, is notified',
  'tells of': 'reports',
  'hears (of|how|what|where)': 'is called with',
  '(a|one) look at': 'reads, checks',
  '(is|are|was|were) looked at': 'is read, is checked',
  'is asked for|are asked for|was asked for': 'is requested',
  'goes on|go on|going on|went on': 'continues, resumes',
  'see to it|sees to it': 'make sure',
  'mend|mends|mended': 'fix',
  'in its place|in their place': 'instead',
  'in place of': 'instead of',
  'so many': 'the number',
  'makes of': 'outputs for',
  'stands? (here|there|beside|behind|in)': 'is',
  'one behind the other': 'consecutive',
  'by itself': 'automatically, alone',
  'anew|aglow|thereof|hitherto': 'again, highlighted, ...',
  'wants? (a|an|the) (Python|browser|photo|photos|wheel|package)': 'needs',
};

/** Identifiers to avoid. */
const identifiers: readonly string[] = [
  'BestLook',
  'bestLook',
  'StartingPoint',
  'startingPoint',
  'keptFeatures',
  'onLooked',
];

const wordPattern = new RegExp(`(?<![\\w-])(?:${Object.keys(words).join('|')})(?![\\w-])`, 'gi');
const identifierPattern = new RegExp(`\\b(?:${identifiers.join('|')})\\b`, 'g');

interface Line {
  readonly number: number;
  readonly text: string;
}

const linesOf = (text: string): Line[] => text.split('\n').map((text, i) => ({ number: i + 1, text }));

/** The prose of a document: no code blocks, and no inline code, which has options and JSON fields. */
function proseOf(markdown: string): Line[] {
  let inBlock = false;
  return linesOf(markdown).flatMap(({ number, text }) => {
    const isFence = text.startsWith('```');
    if (isFence) inBlock = !inBlock;
    return isFence || inBlock ? [] : [{ number, text: text.replace(/`[^`]*`/g, '``') }];
  });
}

/** The comments and strings of a source file, without code in them. A string that is one word may be a JSON field. */
function wordsOfSource(source: string): Line[] {
  const literals =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g;
  return [...source.matchAll(literals)]
    .filter(([literal]) => /^\/|\s/.test(literal))
    .flatMap(({ 0: literal, index }) => {
      const first = source.slice(0, index).split('\n').length;
      return linesOf(withoutCode(literal)).map(({ number, text }) => ({ number: first + number - 1, text }));
    });
}

/** Without `${...}` of templates and inline code of comments; the number of lines stays. */
const withoutCode = (literal: string): string =>
  literal.startsWith('/') ? literal.replace(/`[^`\n]*`/g, '``') : literal.replace(/\$\{[^}]*\}/g, '');

function problemsOf(file: string, lines: readonly Line[]): string[] {
  return lines.flatMap(({ number, text }) =>
    [...text.matchAll(wordPattern)].map(([word]) => `${file}:${number}: '${word}'`),
  );
}

const isComment = (line: string) => /^\s*(\/\/|\/?\*)/.test(line);

function problemsOfSource(file: string, source: string): string[] {
  const long = linesOf(source).filter(({ text }) => isComment(text) && text.length > longestLine);
  return [
    ...problemsOf(file, wordsOfSource(source)),
    ...[...source.matchAll(identifierPattern)].map(([name]) => `${file}: '${name}'`),
    ...long.map(({ number, text }) => `${file}:${number}: a comment of ${text.length} columns`),
  ];
}

function problemsOfDocument(file: string, markdown: string): string[] {
  const isProse = (text: string) => !/^(\||#|!\[)/.test(text);
  const original = markdown.split('\n');
  const long = proseOf(markdown).filter(({ number }) => {
    const text = original[number - 1]!;
    return isProse(text) && text.length > longestLine;
  });
  return [
    ...problemsOf(file, proseOf(markdown)),
    ...long.map(({ number }) => `${file}:${number}: a line of more than ${longestLine} columns`),
  ];
}

test('the documents avoid unclear words and long lines', () => {
  const problems = documents.flatMap((document) => problemsOfDocument(document, textOf(document)));
  assert.ok(problems.length === 0, problems.join('\n'));
});

test('the sources avoid unclear words and long comment lines', () => {
  const problems = checkedFolders.flatMap((folder) => {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    const sources = files.filter((name) => /\.(ts|mjs)$/.test(name) && name !== 'language.test.ts');
    assert.ok(sources.length > 0, `${folder} has no sources`);
    return sources.flatMap((name) =>
      problemsOfSource(`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')),
    );
  });
  assert.ok(problems.length === 0, problems.join('\n'));
});

test('unclear words and long lines are found', () => {
  assert.deepEqual(problemsOfDocument('a.md', 'A line.\nNobody goes on.\n'), [
    "a.md:2: 'Nobody'",
    "a.md:2: 'goes on'",
  ]);
  assert.deepEqual(problemsOfDocument('a.md', `${'x'.repeat(121)}\n| ${'x'.repeat(121)} |\n`), [
    'a.md:1: a line of more than 120 columns',
  ]);
  assert.deepEqual(problemsOfDocument('a.md', 'The field `pictures`.\n```\nso many pictures\n```\n'), []);
  const source = [
    '// Whoever calls it.',
    "const field = 'pictures';",
    "throw new Error('Not to be had: that picture.');",
    'const look = new BestLook();',
    `/** ${'x'.repeat(120)} */`,
  ].join('\n');
  assert.deepEqual(problemsOfSource('a.ts', source), [
    "a.ts:1: 'Whoever'",
    "a.ts:3: 'to be had'",
    "a.ts:3: 'picture'",
    "a.ts: 'BestLook'",
    'a.ts:5: a comment of 127 columns',
  ]);
});
