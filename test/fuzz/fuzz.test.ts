// Every parser on damaged inputs, for a second each; longer by command: node scripts/fuzz.mjs --seconds 600

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Finding, fuzz } from './fuzz.js';
import { parsers } from './parsers.js';

const module = new URL('./parsers.js', import.meta.url).href;
const told = ({ index, problem, bytes }: Finding) => `input ${index} ${problem}\n${bytes.toString('hex')}`;

for (const { name } of parsers) {
  test(`${name}: whatever it gets, it returns or refuses`, async (t) => {
    const { inputs, accepted, refused, slowest, findings } = await fuzz({ module, name, seconds: 1 });
    t.diagnostic(`${name}: ${inputs} inputs, ${accepted} accepted, slowest ${slowest.toFixed(1)} ms`);
    assert.deepEqual(findings.map(told), []);
    assert.ok(accepted > 0 && refused > 0, `${accepted} accepted, ${refused} refused`);
  });
}

const broken = new URL('./brokenParsers.js', import.meta.url).href;
const limits = { module: broken, inputs: 2000, memory: 2e8, most: 1 };
const breakdowns: [name: string, problem: RegExp, limits?: { hang?: number; slow?: number }][] = [
  ['throws', /^threw TypeError: a bug/],
  ['throws later', /^killed its thread: TypeError: a bug/],
  ['hangs', /^hung for 2000 ms/, { hang: 2000 }],
  ['waits', /^never came to an end/],
  ['dawdles', /^took \d+ ms/, { slow: 50, hang: 60_000 }],
  ['hoards', /^memory grew by \d+ MB/, { slow: 60_000, hang: 60_000 }],
];
for (const [name, problem, own] of breakdowns) {
  test(`a parser that ${name} is found out, and its input kept`, async () => {
    const options = { ...limits, ...own, name };
    const [finding] = (await fuzz(options)).findings;
    assert.match(finding!.problem, problem);
    if (name === 'hoards') return; // memory is read only now and then
    assert.equal(finding!.bytes[0], 0xff);
    const again = await fuzz({ ...options, from: finding!.index, inputs: 1 });
    assert.deepEqual(again.findings[0]!.bytes, finding!.bytes);
  });
}
