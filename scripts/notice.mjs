// What is owed for work of others that is in the package: a notice with the packages it comes from and their licences.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './processes.mjs';

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
  const texts = [...new Set(parts.map((part) => part.text))];
  return `${opening}\n\n${titles}${rule}${texts.join(rule)}\n`;
}

function licenceText(folder, license) {
  const names = readdirSync(join(root, folder)).filter((name) => /\.(md|txt)$|^[^.]+$/i.test(name));
  const own = names.find((name) => /^licen[cs]e/i.test(name) && !/^licenses$/i.test(name));
  // Apache-2.0 has a NOTICE handed on, too.
  const files = [own, own && names.find((name) => /^notice/i.test(name))].filter(Boolean);
  if (own) return [...files, ...partsLicences(folder)].map((name) => text(folder, name)).join('\n\n');
  // tfjs' packages name their licence without its text.
  if (license === 'Apache-2.0') return apache();
  const section = names.includes('README.md') && /^LICENSE\b.*/ms.exec(text(folder, 'README.md'))?.[0];
  if (section) return section;
  throw new Error(`${folder} is ${license} and brings no licence text: the package owes it`);
}

/** Licences of works within a package, which its own licence refers to. */
function partsLicences(folder) {
  const within = join(root, folder, 'licenses');
  return existsSync(within) ? readdirSync(within).map((name) => join('licenses', name)) : [];
}

const text = (folder, name) => readFileSync(join(root, folder, name), 'utf8').trim();

/** TypeScript's file is that text, unchanged. */
const apache = () => readFileSync(join(root, 'node_modules', 'typescript', 'LICENSE'), 'utf8').trim();
