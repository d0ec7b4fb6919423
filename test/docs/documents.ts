// The project's documents and their code blocks.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support.js';

/** Paths from the root, with README.md first: later pages use the model that its commands train. */
export const documents: readonly string[] = [
  'README.md',
  ...readdirSync(root).filter((name) => name.endsWith('.md') && name !== 'README.md'),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
];

export const textOf = (document: string) => readFileSync(join(root, document), 'utf8');

export interface Block {
  language: string;
  text: string;
}

/** The blocks between ``` lines. */
export const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language: language!,
    text: text!,
  }));
