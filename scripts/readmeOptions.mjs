// Writes the options tables of README.md from the one declaration of the options (src/options). They stand between
// `<!-- options:train -->` and `<!-- /options -->`. With --check nothing is written: exit 1 where the file is not up to
// date. Another file than README.md may be named.

import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands } from '../dist/cli/program.js';
import { engineOptions } from '../dist/options/engineOptions.js';
import { outputOptions } from '../dist/options/outputOptions.js';

/** Tables by the names in their markers. What all engines or all commands share has a table of its own. */
const tables = new Map([
  ...commands.map(({ name, options }) => [name, without(options, engineOptions)]),
  ['engine', engineOptions],
  ['output', outputOptions],
]);

const words = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const file = words.find((word) => word !== '--check') ?? join(root, 'README.md');
const shown = relative(process.cwd(), file);
const found = readFileSync(file, 'utf8');
const wanted = withTables(found);

if (found === wanted) {
  console.log(`The options in ${shown} are up to date.`);
} else if (words.includes('--check')) {
  console.log(`The options in ${shown} are not up to date. Run: node scripts/readmeOptions.mjs`);
  process.exitCode = 1;
} else {
  writeFileSync(file, wanted);
  console.log(`Wrote the options into ${shown}.`);
}

/** `text` with every table made anew. Throws where a marker names no table, or a table has no marker. */
function withTables(text) {
  const missing = new Set(
    [...tables].filter(([, options]) => Object.keys(options).length > 0).map(([name]) => name),
  );
  const result = text.replace(
    /(<!-- options:(\w+) -->\n)[\s\S]*?(<!-- \/options -->)/g,
    (_, opening, name, closing) => {
      if (!tables.has(name)) throw new Error(`There is no command '${name}', which ${shown} has options of.`);
      missing.delete(name);
      return `${opening}\n${tableOf(tables.get(name))}\n\n${closing}`;
    },
  );
  if (missing.size > 0) {
    throw new Error(
      `${shown} has no place for the options of ${[...missing].join(', ')}: <!-- options:NAME -->`,
    );
  }
  return result;
}

function tableOf(options) {
  const rows = Object.values(options).map(({ flag, placeholder, help, ...option }) => {
    const typed = placeholder ? `${flag} ${placeholder}` : flag;
    return `| \`${cell(typed)}\` | ${cell(defaultOf(placeholder, option))} | ${cell(help)} |`;
  });
  return ['| option | default | what it does |', '|---|---|---|', ...rows].join('\n');
}

/** In words where the declaration has them; a switch is off. */
function defaultOf(placeholder, option) {
  if (option.defaultText !== undefined) return option.defaultText;
  if (!placeholder) return option.default ? 'on' : 'off';
  return option.default === undefined ? '' : String(option.default);
}

/** The options of a table that are not the very ones of another. */
function without(options, others) {
  return Object.fromEntries(Object.entries(options).filter(([name, option]) => others[name] !== option));
}

/** A bar would end the cell, and angle brackets outside code are HTML. */
function cell(text) {
  return text.replaceAll('|', '\\|');
}
