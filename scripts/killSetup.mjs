// Kills `alexft setup` at moments spread over its whole duration, and sees what it leaves:
//
//   node scripts/killSetup.mjs --wheel FILE [--times 20]
//
// Every second time on a clean cache, after which the next set-up has to go through; the others with an engine in
// place, which has to keep working. Afterwards nothing may lie in the cache but that engine. Works in a temporary
// folder of its own; takes about ten minutes. The wheel is what `alexft setup --dry-run` names, fetched once with pip.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { root } from './processes.mjs';

const { values } = parseArgs({
  options: { wheel: { type: 'string' }, times: { type: 'string', default: '20' } },
});
if (!values.wheel) {
  console.error('node scripts/killSetup.mjs --wheel FILE [--times 20]');
  process.exit(2);
}
const times = Number(values.times);
const home = mkdtempSync(join(tmpdir(), 'alexft-kill-'));
const engines = join(home, 'engines');
const environment = { ...process.env, HOME: home, ALEXFT_CACHE: home };
const bin = join(root, 'dist', 'bin.js');
let failures = 0;

try {
  const whole = await seconds(() => succeed('setup', '--wheel', values.wheel));
  console.log(`A whole set-up takes ${whole.toFixed(1)} s.\n`);
  console.log('|  # | cache  | killed after | it was                      | left behind | afterwards |');
  console.log('|---:|--------|-------------:|-----------------------------|-------------|------------|');
  for (let index = 0; index < times; index++) await killOnce(index, whole);
} finally {
  rmSync(home, { recursive: true, force: true });
}
console.log(`\n${times - failures} of ${times} as it has to be`);
process.exitCode = failures > 0 ? 1 : 0;

async function killOnce(index, whole) {
  const clean = index % 2 === 0;
  if (clean) rmSync(engines, { recursive: true, force: true });
  const moment = (whole * (index + Math.random())) / times;
  const words = ['setup', '--wheel', values.wheel, ...(clean ? [] : ['--force'])];
  const child = spawn(process.execPath, [bin, ...words], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit'); // before it may have happened
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  await sleep(moment * 1000);
  child.kill('SIGKILL');
  const [, signal] = await ended;
  const left = engineFolders().filter((name) => !/^cpu-[\w.]+-[0-9a-f]{8}(\.\d+)?$/.test(name)).length;

  const problems = [];
  if (!clean && listed().filter(({ taken, ok }) => taken && ok).length !== 1)
    problems.push('the old engine does not work');
  const after = run('setup', '--wheel', values.wheel);
  if (after.status !== 0) problems.push(`the next set-up failed: ${after.stderr}`);
  const good = listed();
  if (good.length !== 1 || !good[0].ok || !good[0].taken)
    problems.push(`left: ${engineFolders().join(', ')}`);
  if (problems.length > 0) failures += 1;

  const was = signal ? (said.trim().split('\n').at(-1) ?? '').slice(0, 27) : 'done already';
  const row = [
    String(index + 1).padStart(2),
    clean ? 'clean ' : 'engine',
    `${moment.toFixed(2)} s`.padStart(12),
  ];
  row.push(
    was.padEnd(27),
    `${left} folders  `.padEnd(11),
    problems.length > 0 ? problems.join('; ') : 'good      ',
  );
  console.log(`| ${row.join(' | ')} |`);
}

function engineFolders() {
  try {
    return readdirSync(engines, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function listed() {
  return JSON.parse(succeed('setup', '--list', '--json').stdout).engines;
}

function run(...words) {
  return spawnSync(process.execPath, [bin, ...words], { env: environment, encoding: 'utf8' });
}

function succeed(...words) {
  const result = run(...words);
  if (result.status !== 0) throw new Error(`alexft ${words.join(' ')}: ${result.stderr}`);
  return result;
}

async function seconds(work) {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
