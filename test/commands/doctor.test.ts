// The complete command alexft doctor: its output and exit codes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf, linesOf } from '../../dist/cli/commands/doctorCommand.js';
import { type Diagnosis, doctor, rounded } from '../../dist/commands/doctor.js';
import { figures } from '../../dist/doctor/figures.js';
import { alexft } from '../cli/run.js';
import { engines } from '../engine/engines.js';
import { temporaryFolder } from '../support.js';

const [cpu] = await engines();
const device = cpu!.skip === false ? 'cpu' : 'wasm';

test('--json prints one object; each check has a name and a detail, each problem a fix', async () => {
  const { code, stdout, stderr } = await alexft(['doctor', '--json', '--device', device]);
  assert.match(stderr, /Comparing/);
  assert.equal(stdout.trim().split('\n').length, 1);
  const { schema, ok, checks, proof, speed, device: found } = JSON.parse(stdout);
  assert.equal(schema, 1);
  assert.equal(found, device);
  assert.equal(ok, code === 0);
  for (const check of checks) {
    assert.ok(typeof check.name === 'string' && typeof check.ok === 'boolean' && check.detail.length > 0);
    assert.deepEqual(Object.keys(check), ['name', 'ok', 'detail', 'fix']);
    assert.ok(check.fix === null ? check.ok : check.fix.length > 0, check.name);
  }
  assert.equal(new Set(checks.map(({ name }: { name: string }) => name)).size, checks.length);
  // Tests download nothing, so weights may be missing.
  const bad = checks.filter((check: { name: string; ok: boolean }) => !check.ok && check.name !== 'weights');
  assert.deepEqual(bad, []);
  assert.equal(proof.reference, 'PyTorch 2.13.0');
  assert.equal(proof.figures.length, 5);
  for (const rate of [speed.inference, speed.allLayers, speed.classifier]) {
    assert.ok(rate.imagesPerSecond > 0 && rate.batch > 0);
  }
  assert.ok(speed.decode.milliseconds > 0);
});

test('an empty cache without downloads: cpu exits with 4, auto uses wasm and only lacks weights', async (t) => {
  const env = { ALEXFT_CACHE: await temporaryFolder(t), TORCH_HOME: await temporaryFolder(t) };
  const named = await alexft(['doctor', '--quick', '--device', 'cpu'], { env });
  assert.equal(named.code, 4, named.stdout);
  assert.match(named.stdout, /^PROBLEM {2}device /m);
  assert.match(named.stdout, /To fix:[\s\S]*alexft setup --device cpu/);
  assert.match(named.stdout, /Training does not work here\.\n$/);

  const auto = await alexft(['doctor', '--quick', '--quiet'], { env });
  assert.equal(auto.code, 1, auto.stdout);
  assert.equal(auto.stderr, '');
  assert.match(auto.stdout, /^ok {7}device +WebAssembly/m);
  assert.match(auto.stdout, /^ok {7}numbers +match PyTorch/m);
  assert.deepEqual(auto.stdout.match(/^PROBLEM {2}\w+/gm), ['PROBLEM  weights']);
});

test('numbers that differ from PyTorch’s are a problem, with exit code 1', async () => {
  const wrong = { ...figures, loss: figures.loss + 0.001 };
  const diagnosis = await doctor({ device, quick: true }, undefined, { figures: wrong });
  assert.equal(diagnosis.ok, false);
  const numbers = diagnosis.checks.find(({ name }) => name === 'numbers')!;
  assert.equal(numbers.ok, false);
  assert.match(
    numbers.detail,
    /^differ from PyTorch 2\.13\.0 by more than rounding: loss off by 7\.4e-4, allowed 3e-6$/,
  );
  assert.match(numbers.fix!, /alexft setup --force/);
  assert.equal(exitCodeOf(diagnosis), 1);
  assert.ok(linesOf(diagnosis, 80).some((line) => /^ {2}loss .* PROBLEM$/.test(line)));
});

test('lines are wrapped to the terminal, and list each fix once', () => {
  const diagnosis: Diagnosis = {
    ok: false,
    checks: [
      { name: 'node', ok: true, detail: 'fine' },
      { name: 'a longer name', ok: false, detail: 'word '.repeat(60), fix: 'do this' },
      { name: 'device', ok: false, detail: 'gone', fix: 'do this' },
      { name: 'gpu', ok: true, detail: 'none', fix: 'buy one' },
    ],
  };
  const lines = linesOf(diagnosis, 72);
  for (const line of lines) assert.ok(line.length <= 72, line);
  assert.deepEqual(lines.slice(-7), [
    'There are 2 problems. To fix:',
    '  - do this',
    '',
    'Optional improvements:',
    '  - buy one',
    '',
    'Training does not work here.',
  ]);
  assert.equal(exitCodeOf(diagnosis), 4);
});

test('rounded() rounds up to two digits', () => {
  assert.equal(rounded(2.156e-6), '2.2e-6');
  assert.equal(rounded(2.0000001e-6), '2e-6');
  assert.equal(rounded(1e-5), '1e-5');
  assert.equal(rounded(9.96e-4), '1e-3');
  assert.equal(rounded(0), '0e+0');
});
