// What is owed for work of others that is in the package: a notice with the packages it comes from and their licences.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const rule = `\n\n${'-'.repeat(80)}\n\n`;

/**
 * A notice that opens with the sentence `opening`. `folders`: of the packages, from the checkout's folder. `others`:
 * further works under Apache-2.0, by name and version.
 */
export function noticeOf(opening, folders, others = []) {
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return { title: `${name} ${version} (${license})`, text: licenceText(folder, license) };
  });
  for (const other of others) parts.push({ title: `${other} (Apache-2.0)`, text: apache() });
  const titles = parts.map(({ title }) => `  ${title}`).join('\n');
  const texts = [...new Set(parts.map(({ text }) => text))];
  return `${opening}\n\n${titles}${rule}${texts.join(rule)}\n`;
}

function licenceText(folder, license) {
  const own = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
  if (own) return readFileSync(join(root, folder, own), 'utf8').trim();
  // tfjs' packages name their licence without its text.
  if (license === 'Apache-2.0') return apache();
  throw new Error(`${folder} is ${license} and brings no licence text: the package owes it`);
}

/** TypeScript's file is that text, unchanged. */
const apache = () => readFileSync(join(root, 'node_modules', 'typescript', 'LICENSE'), 'utf8').trim();
