// The documents of the project and the code blocks in them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support.js';

export const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
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
