// Puts the bench's figures into a document, between its markers `<!-- bench:PART -->` and `<!-- /bench -->`, and its
// plots beside it.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { plot } from './plot.mjs';
import { markdown } from './table.mjs';

export async function writeDocument(file, result) {
  const plots = join(dirname(file), basename(file, '.md'));
  const sections = {
    circumstances: result.speed && circumstances(result),
    speed: result.speed && markdown(result.speed),
    memory: result.memory && memory(result.memory),
    growth: result.growth && (await growth(result.growth, plots)),
  };
  const found = await readFile(file, 'utf8');
  const written = found.replace(/<!-- bench:(\w+) -->\n[\s\S]*?<!-- \/bench -->/g, (whole, name) =>
    sections[name] === undefined ? whole : `<!-- bench:${name} -->\n${sections[name]}<!-- /bench -->`,
  );
  await writeFile(file, written);
}

function circumstances({ speed, memory = [], growth = [] }) {
  const { machine, versions, device } = speed[0];
  const dates = [...new Set([...speed, ...memory, ...growth].map(({ date }) => date))].sort();
  const when = dates.length === 1 ? dates[0] : `${dates[0]} to ${dates.at(-1)}`;
  const [torch, pillow] = versions.python.split(' ');
  return (
    `Measured on ${when}: ${machine.cpu}, ${machine.cores} cores, ${Math.round(machine.memory / 1e9)} GB, ` +
    `${machine.system}, device ${device};\nalexft ${versions.alexft} on Node ${versions.node.slice(1)}; ` +
    `PyTorch ${torch}, Pillow ${pillow}.\n`
  );
}

const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(2)} GB`;

function memory(rows) {
  return rows
    .map(({ title, bytes }) => {
      const words = Object.entries(bytes).map(([name, value]) => `${name} ${gigabytes(value)}`);
      return `- ${title}: ${words.join(', ')}\n`;
    })
    .join('');
}

async function growth(parts, folder) {
  await mkdir(folder, { recursive: true });
  const pieces = [];
  for (const part of parts) {
    await plot(join(folder, `${part.id}.svg`), part);
    pieces.push(`![${part.title}](${basename(folder)}/${part.id}.svg)\n\n${table(part)}\n`);
  }
  return pieces.join('\n');
}

function table({ axis, lines, memory }) {
  const names = Object.keys(lines);
  const head = [axis, ...names, ...(memory ? ['most memory'] : [])];
  const cells = lines[names[0]].map(([x], i) => [
    x.toLocaleString('en'),
    ...names.map((name) => lines[name][i][1].toFixed(1)),
    ...(memory ? [gigabytes(memory[i][1])] : []),
  ]);
  return [head, head.map(() => '--:'), ...cells].map((row) => `| ${row.join(' | ')} |\n`).join('');
}
