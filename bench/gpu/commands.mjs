// The commands of `npm run gpu`: each in a process of its own, with a limit and a log.

import { spawn } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

/** Exit code of a device that is not available, or not in this precision. */
export const unavailable = 4;

/** Runs a command. `onStart` receives the process. Throws with the end of its stderr where it fails. */
export async function run(lab, log, words, { env = {}, onStart = () => {}, accepted = [0] } = {}) {
  const [command, ...rest] = words;
  const left = Math.ceil(Math.max(1000, lab.deadline - performance.now()));
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ALEXFT_OFFLINE: '1', NO_COLOR: '1', ...env },
    timeout: left,
    killSignal: 'SIGKILL',
  });
  onStart(child);
  const texts = { stdout: '', stderr: '' };
  for (const name of Object.keys(texts)) {
    child[name].setEncoding('utf8').on('data', (text) => {
      texts[name] += text;
    });
  }
  const code = await new Promise((done, failed) => child.once('error', failed).once('close', done));
  await appendFile(
    join(lab.out, 'logs', `${log}.txt`),
    `$ ${words.join(' ')}\n${texts.stdout}${texts.stderr}exit ${code}\n`,
  );
  if (accepted.includes(code)) return texts.stdout;
  const error = new Error(`exit ${code}: ${texts.stderr.trim().slice(-1500)}`);
  throw Object.assign(error, { code });
}

/** alexft with --json: the lines that it prints. */
export async function alexft(lab, log, words, options) {
  const printed = await run(lab, log, [process.execPath, program, ...words, '--json', '--quiet'], options);
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The results of `task(precision)` by precision; 'not available' for those that the device does not have. */
export async function inEachPrecision(task) {
  const results = {};
  for (const precision of ['float32', 'tf32', 'bfloat16']) {
    results[precision] = await task(precision).catch((error) => {
      if (error.code === unavailable && precision !== 'float32') return 'not available';
      throw error;
    });
  }
  return results;
}
