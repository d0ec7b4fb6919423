// The servers under load, each a process of its own, beside the clients. Linux only (memory and time from /proc).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { residentMemory } from '../speed/processes.mjs';

const executable = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const fastApi = fileURLToPath(new URL('fastapi_server.py', import.meta.url));

/** `alexft serve`. `options`: more words of its command line. */
export async function startServe(model, device, options = []) {
  const words = [executable, 'serve', model, '--port', '0', '--device', device, '--no-setup', '--json'];
  const { line, child } = await started(process.execPath, [...words, ...options]);
  return serverAt(JSON.parse(line).url, child);
}

/** FastAPI and PyTorch. `python`: with torch, fastapi, uvicorn and pillow. */
export async function startFastApi(python, weights, maxBatch) {
  const { line, child } = await started(python, [fastApi, weights, '--max-batch', String(maxBatch)]);
  const url = `http://127.0.0.1:${Number(line)}`;
  for (;;) {
    const answers = await fetch(url).catch(() => undefined);
    if (answers) return serverAt(url, child);
  }
}

async function started(command, words) {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  child.once('exit', (code) => code && console.error(`${command} ended with exit code ${code}`));
  const [line] = await once(child.stdout, 'data');
  return { line: String(line), child };
}

const serverAt = (url, child) => ({
  url,
  /** Processor time so far, in seconds, of the process and its children. */
  seconds: () => processesOf(child.pid).reduce((sum, pid) => sum + secondsOf(pid), 0),
  /** Resident memory in MB, of the process and of each child. */
  memory: () => processesOf(child.pid).map((pid) => Math.round(residentMemory(pid) / 1_024_000)),
  async stop() {
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    return code;
  },
});

const processesOf = (pid) => [
  pid,
  ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean),
];

function secondsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100; // ticks
}
