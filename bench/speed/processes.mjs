// The two kinds of process that the bench times: commands from their start to their end, and servers that are asked.

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Milliseconds after which a silent machine counts as rested: threads that wait for work spin for a while. */
const rest = 300;

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function start([command, ...words], env) {
  const child = spawn(command, words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let errors = '';
  child.stderr.on('data', (data) => {
    errors = `${errors}${data}`.slice(-4000);
  });
  const ended = new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code, signal) => done({ code, signal }));
  });
  return { child, ended, errors: () => errors };
}

/** Starts a command that asks nothing; `succeeded` is rejected with what it wrote to stderr where it fails. */
function startCommand(words, env) {
  const { child, ended, errors } = start(words, env);
  child.stdin.end();
  const failed = () => new Error(`${words.join(' ')} failed:\n${errors()}`);
  const succeeded = ended.then(({ code }) => {
    if (code !== 0) throw failed();
  });
  return { child, ended, failed, succeeded };
}

/**
 * Seconds that a command takes, from its start to its end; or, with `until`, to the first line of its output that
 * `until` holds of (then it is ended). Throws with what it wrote to stderr where it fails.
 */
export async function timeCommand(words, { until, env } = {}) {
  await sleep(rest);
  const begin = performance.now();
  const { child, ended, failed, succeeded } = startCommand(words, env);
  if (!until) {
    child.stdout.resume();
    await succeeded;
    return (performance.now() - begin) / 1000;
  }
  succeeded.catch(() => {}); // it is ended by force
  let found;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (found !== undefined || !until(line)) return;
    found = performance.now();
    child.kill('SIGKILL'); // there is nothing in its folder that anybody needs
  });
  await ended;
  if (found === undefined) throw failed();
  return (found - begin) / 1000;
}

/** The number that a command prints. */
export async function figureOfCommand(words, { env } = {}) {
  await sleep(rest);
  const { child, succeeded } = startCommand(words, env);
  let printed = '';
  child.stdout.on('data', (data) => {
    printed += data;
  });
  await succeeded;
  return Number(printed);
}

/** The most memory that a command and its children have together while it runs, in bytes. Linux only. */
export async function memoryOfCommand(words, { env } = {}) {
  const { child, succeeded } = startCommand(words, env);
  child.stdout.resume();
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, familyMemory(child.pid));
  }, 250);
  await succeeded.finally(() => clearInterval(timer));
  return most;
}

/** Bytes that a process has in memory; Linux only. Undefined elsewhere, and where it has ended. */
export function residentMemory(pid = 'self') {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
  } catch {
    return undefined;
  }
}

/** Pages that processes share count by their share (Pss), so that none counts twice. */
function familyMemory(pid) {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    );
    const own = Number(/^Pss:\s+(\d+)/m.exec(rollup)[1]) * 1024;
    return own + children.reduce((sum, child) => sum + familyMemory(child), 0);
  } catch {
    return 0; // it has ended
  }
}

/** A process that answers lines of JSON with lines of JSON. */
export class Server {
  #process;
  #lines;

  constructor(words) {
    this.#process = start(words);
    this.#lines = createInterface({ input: this.#process.child.stdout })[Symbol.asyncIterator]();
  }

  async ask(question) {
    await sleep(rest);
    this.#process.child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    const { code } = await this.#process.ended;
    throw Object.assign(new Error(`A side of the bench ended:\n${this.#process.errors()}`), { code });
  }

  async close() {
    this.#process.child.stdin.end();
    await this.#process.ended;
  }
}
