// Whether an engine works here, found out in a child process. A good verdict is kept, so that it costs a second once.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { reasonOf } from '../../errors.js';
import type { EngineFolder } from './locate.js';
import { recallVerdict, rememberVerdict } from './verdicts.js';

export type Verdict =
  | { readonly ok: true; readonly version: string; readonly gpu: boolean }
  | { readonly ok: false; readonly reason: string };

/** Whether the engine in `folder` works: by the kept verdict, or by trying. */
export async function probeEngine(folder: EngineFolder): Promise<Verdict> {
  const known = recallVerdict(folder);
  if (known) return known;
  const verdict = await tryEngine(folder.libraries);
  if (verdict.ok) await rememberVerdict(folder, verdict);
  return verdict;
}

const childScript = fileURLToPath(new URL('probeChild.js', import.meta.url));

/** Loads the addon in the folder `libraries` and runs an op, in a child process. */
export async function tryEngine(libraries: string, timeLimit = 60_000): Promise<Verdict> {
  const child = spawn(process.execPath, [childScript, libraries], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    timeout: timeLimit,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  try {
    const started = performance.now();
    const [{ code, signal }, stdout, stderr] = await Promise.all([
      ended,
      text(child.stdout),
      text(child.stderr),
    ]);
    if (signal && performance.now() - started >= timeLimit) {
      return { ok: false, reason: `it did not answer within ${timeLimit / 1000} s` };
    }
    if (signal) return { ok: false, reason: meaningOf(signal) };
    if (code !== 0) return { ok: false, reason: lastWords(stderr) || `it ended with code ${code}` };
    // TensorFlow might print lines of its own before ours.
    const { version, gpu } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
      version: string;
      gpu: boolean;
    };
    return { ok: true, version, gpu };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

function meaningOf(signal: NodeJS.Signals): string {
  const meanings: Partial<Record<NodeJS.Signals, string>> = {
    SIGILL: 'this CPU lacks an instruction that it was built with',
    SIGSEGV: 'it or a library that it loads does not fit this system',
    SIGBUS: 'it or a library that it loads does not fit this system',
    SIGABRT: 'it gave up by itself',
    SIGKILL: 'someone killed it, or memory ran out',
  };
  const meaning = meanings[signal];
  return `loading it killed a test process with ${signal}${meaning ? ` (${meaning})` : ''}`;
}

/** The error's own line in what Node prints about an uncaught one; else the last line. */
function lastWords(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.trim());
  const error = lines.find((line) => /^(\w*Error)\b.*?: /.test(line));
  return error?.replace(/^\w*Error: /, '') ?? lines.findLast((line) => line && !/^Node\.js v/.test(line));
}
