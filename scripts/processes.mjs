// The checkout's folder, and the programs that the scripts run in it. Uses nothing but Node.

import { execFileSync, spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Prints a line on stderr. */
export const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a step that returns whether it succeeded, and prints its time. Ends the process after a failure. */
export async function step(title, run) {
  say(`${title} ...`);
  const started = performance.now();
  const ok = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!ok) {
    say(`${title}: failed after ${seconds} s. See the reason above.`);
    process.exit(1);
  }
  say(`${title}: done in ${seconds} s`);
}

/** Runs a program with its output on stderr. Returns whether it succeeded. */
export function run(command, ...parameters) {
  const { status, error } = spawnSync(command, parameters, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) say(`${command}: ${error.message}`);
  return status === 0;
}

/** The output of npm on stdout. Throws if it fails. */
export function npmOutput(...parameters) {
  const [command, ...first] = npmCommand();
  return execFileSync(command, [...first, ...parameters], { cwd: root, encoding: 'utf8' });
}

/** The npm that called this script, if any: PATH may begin with another one. */
export function npmCommand() {
  const caller = process.env.npm_execpath;
  return caller && basename(caller).startsWith('npm-cli.') ? [process.execPath, caller] : ['npm'];
}
