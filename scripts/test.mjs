// npm test: sets up what is missing, the native engine too, and runs every test; `npm test -- data/ resize` runs those
// whose file's path contains one of the words. Closes with a line of counts: `N passed, N failed, N skipped`.

import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run as runTests } from 'node:test';
import { spec } from 'node:test/reporters';
import { root, run, say, step } from './processes.mjs';
import { setUp } from './setup.mjs';

/** A file of tests that takes longer hangs. */
const minutesPerFile = 15;

await setUp();
await step('Compiling the tests', compileTests);
provideEngine();

const compiled = join(root, '.tests');
const words = process.argv.slice(2);
const files = readdirSync(compiled, { recursive: true })
  .filter(
    (path) => path.endsWith('.test.js') && (words.length === 0 || words.some((word) => path.includes(word))),
  )
  .sort()
  .map((path) => join(compiled, path));

const count = { passed: 0, failed: 0, skipped: 0 };
const seconds = new Map(files.map((file) => [file, 0]));
if (files.length > 0) {
  await runAll();
  showSlowest();
} else {
  say(`No test file's path contains ${words.map((word) => `'${word}'`).join(' or ')}.`);
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
if (count.failed > 0 || count.passed === 0) process.exitCode = 1;

async function compileTests() {
  const ok = run(
    process.execPath,
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    join(root, 'test'),
  );
  const { removeOrphans } = await import('./build.mjs'); // not before npm's packages are there
  removeOrphans(join(root, '.tests'), join(root, 'test'));
  return ok;
}

/** Tests of the native engine say that they are skipped where there is none; those on WebAssembly run anyway. */
function provideEngine() {
  if (run(process.execPath, join(root, 'dist', 'bin.js'), 'setup', '--device', 'cpu')) return;
  say('Continuing without the native engine, for the reason above: tests that need it are skipped.');
}

async function runAll() {
  // Two files at a time: a file alone leaves half of two cores idle, as most tests wait for processes.
  const results = runTests({ files, concurrency: 2, timeout: minutesPerFile * 60_000 });
  results.on('test:pass', (test) =>
    tally(test, test.skip !== undefined || test.todo !== undefined ? 'skipped' : 'passed'),
  );
  results.on('test:fail', (test) => tally(test, test.todo !== undefined ? 'skipped' : 'failed'));
  const report = results.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await once(report, 'end');
}

function showSlowest() {
  console.log('Slowest files:');
  for (const [file, duration] of [...seconds].sort(([, a], [, b]) => b - a).slice(0, 5)) {
    console.log(`  ${duration.toFixed(1).padStart(6)} s  ${relative(compiled, file)}`);
  }
}

function tally({ name, nesting, file, details }, outcome) {
  if (nesting === 0 && seconds.has(file)) seconds.set(file, seconds.get(file) + details.duration_ms / 1000);
  if (name === file && outcome === 'passed') {
    // A process that ended well and had no test is reported so: nothing was tested.
    say(`${relative(compiled, file)} has no test that ran.`);
    outcome = 'failed';
  }
  // A suite only sums up its tests, except where they did not get to run.
  const ranItsTests = outcome === 'passed' || details.error?.failureType === 'subtestsFailed';
  if (details.type === 'suite' && ranItsTests) return;
  count[outcome] += 1;
}
