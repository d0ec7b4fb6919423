// Tries damaged inputs on the parsers: node scripts/fuzz.mjs [NAME...] [--seconds N] [--inputs N] [--seed N] [--from N]
// Without a name, on all of them; by default for 60 seconds each. Wants the compiled tests: npm test, or npx tsc -p
// test. Exit 1 where a parser did anything but return or refuse.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = readWords();
const numbers = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
if (Object.values(numbers).some((number) => !(number >= 0))) fail('An option wants a number from 0 on.');

const compiled = join(root, '.tests', 'fuzz');
if (!existsSync(join(compiled, 'parsers.js'))) fail('The tests are not compiled: run npx tsc -p test first.');
const module = pathToFileURL(join(compiled, 'parsers.js')).href;
const { fuzz } = await import(pathToFileURL(join(compiled, 'fuzz.js')).href);
const { parsers } = await import(module);

const names = positionals.length > 0 ? positionals : parsers.map(({ name }) => name);
const known = parsers.map(({ name }) => name);
const unknown = names.find((name) => !known.includes(name));
if (unknown !== undefined) fail(`There is no parser '${unknown}', only: ${known.join(', ')}.`);

const limits = { ...(!('inputs' in numbers) && { seconds: 60 }), ...numbers };
for (const name of names) {
  const start = performance.now();
  let shown = start;
  const onProgress = (progress) => {
    if (!process.stderr.isTTY || performance.now() - shown < 500) return;
    shown = performance.now();
    process.stderr.write(`\r${name}: ${progress.inputs} inputs`);
  };
  const { inputs, accepted, refused, slowest, peak, findings } = await fuzz({
    ...limits,
    module,
    name,
    onProgress,
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${name}: ${inputs} inputs in ${seconds} s, ${refused} refused, ${accepted} accepted, slowest ${slowest.toFixed(1)} ms, memory grew by ${(peak / 1e6).toFixed(0)} MB at most, ${findings.length} findings`,
  );
  for (const { index, problem, bytes } of findings) {
    process.exitCode = 1;
    console.log(`  input ${index} ${problem}`);
    console.log(
      `  again: node scripts/fuzz.mjs ${name} --seed ${numbers.seed ?? 0} --from ${index} --inputs 1`,
    );
    console.log(
      `  ${bytes.length} bytes: ${bytes.toString('hex', 0, 4000)}${bytes.length > 4000 ? '..' : ''}`,
    );
  }
}

function fail(message) {
  console.error(message);
  process.exit(2);
}

function readWords() {
  const options = Object.fromEntries(
    ['seconds', 'inputs', 'seed', 'from'].map((name) => [name, { type: 'string' }]),
  );
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return fail(error.message);
  }
}
