// npm run bench: how fast alexft is against what a user would run instead, side by side, in turns, on this machine.
//
//   npm run bench -- --data DIR [--python PYTHON] [--device cpu] [--full] [--rounds N] [--only ROW,ROW]
//                    [--parts speed,memory,growth] [--json FILE] [--write docs/performance.md]
//
// DIR has a folder of photos a class. Without --full, the rows that take minutes each are left out, and each other is
// measured three times. --json keeps the figures: rows that are measured again replace those of the same name in it.
// --write puts the tables and plots of all figures in that file into a document, between its markers. Without --python,
// a PyTorch of the bench's own is fetched, after it was said how large it is.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pythonWithPyTorch } from './pytorch.mjs';
import { writeDocument } from './speed/document.mjs';
import { measureGrowth } from './speed/growth.mjs';
import { circumstances } from './speed/machine.mjs';
import { measureMemory } from './speed/memory.mjs';
import { ownCache, preparePlace, setUp } from './speed/preparation.mjs';
import { rows } from './speed/rows.mjs';
import { measureSpeed } from './speed/speed.mjs';
import { markdown } from './speed/table.mjs';

const say = (text) => process.stderr.write(`${text}\n`);

const parts = { speed: measureSpeed, memory: measureMemory, growth: measureGrowth };

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: 'string' },
        python: { type: 'string', default: process.env.ALEXFT_PYTHON },
        device: { type: 'string', default: 'cpu' },
        full: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '3' },
        only: { type: 'string' },
        parts: { type: 'string', default: 'speed' },
        json: { type: 'string' },
        write: { type: 'string' },
      },
    });
    const asked = values.parts.split(',').filter(Boolean);
    const unknown = asked.find((name) => !parts[name]);
    if (unknown) throw new Error(`There is no part '${unknown}': ${Object.keys(parts).join(', ')}.`);
    if (values.data === undefined && asked.length > 0) {
      throw new Error('Name a folder of photos: npm run bench -- --data DIR');
    }
    const rounds = Number(values.rounds);
    if (!(rounds >= 1)) throw new Error('--rounds is a number from 1 on.');
    if (values.write && !values.json) throw new Error('--write takes its figures from --json FILE.');
    return { ...values, only: values.only?.split(','), parts: asked, rounds };
  } catch (error) {
    say(error.message);
    process.exit(2);
  }
}

async function bench(options, folder) {
  const kept =
    options.json && existsSync(options.json) ? JSON.parse(await readFile(options.json, 'utf8')) : {};
  const result = { schema: 1, ...kept };
  if (options.parts.length > 0) {
    setUp(options);
    const python = pythonWithPyTorch(options.python);
    const env = await ownCache(folder);
    const place = await preparePlace({ ...options, python }, folder, env);
    const now = await circumstances(place);
    for (const part of options.parts) {
      for await (const found of parts[part](options, place, env)) {
        const others = (result[part] ?? []).filter(({ id }) => id !== found.id);
        result[part] = [...others, { ...found, ...now }];
        if (options.json) await writeFile(options.json, `${JSON.stringify(result, null, 1)}\n`);
      }
    }
  }
  const order = rows.map(({ id }) => id);
  result.speed?.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  if (result.speed) console.log(markdown(result.speed));
  if (options.json) await writeFile(options.json, `${JSON.stringify(result, null, 1)}\n`);
  if (options.write) await writeDocument(options.write, result);
}

const options = readOptions();
const folder = await mkdtemp(join(tmpdir(), 'alexft-bench-'));
try {
  await bench(options, folder);
} catch (error) {
  say(error.constructor === Error || error.name === 'UserError' ? error.message : error.stack);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
