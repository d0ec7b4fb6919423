// Links and paths in the documents exist.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../support.js';
import { documents, textOf } from './documents.js';

/** GitHub's name for a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1]!));

test('every link within the project leads to an existing file and heading', () => {
  let checked = 0;
  const broken: string[] = [];
  for (const document of documents) {
    for (const [, link] of textOf(document).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link!)) continue;
      const [path, anchor] = link!.split('#') as [string, string?];
      const target = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(root, target))) broken.push(`${document}: ${link}`);
      else if (anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor)) {
        broken.push(`${document}: ${link}: no such heading`);
      }
      checked += 1;
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(checked > 20);
});

test('every path of a source file in inline code exists', () => {
  let checked = 0;
  for (const document of documents) {
    const inline = textOf(document).matchAll(/`((?:src|test|bench|scripts)\/[\w./-]*)`/g);
    for (const [, path] of inline) {
      assert.ok(existsSync(join(root, path!)), `${document} names ${path}`);
      checked += 1;
    }
  }
  assert.ok(checked > 20);
});
