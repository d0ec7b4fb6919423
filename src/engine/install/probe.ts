// Whether an engine works here, found out in a child process. A good verdict is kept, so that it costs a second once.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { reasonOf } from '../../core/errors.js';
import { complaintsInLog, type Gpu, gpuInLog } from '../gpu/describe.js';
import type { GpuFacts } from '../gpu/facts.js';
import type { EngineFolder } from './locate.js';
import { recallVerdict, rememberVerdict } from './verdicts.js';

export type Verdict =
  | {
      readonly ok: true;
      readonly version: string;
      /** Whether TensorFlow has a GPU; and which, where it was asked for one and says so. */
      readonly gpu: boolean;
      readonly gpuDescription?: Gpu;
      /** Where it was asked for a GPU and has none: its own words about that. */
      readonly complaints?: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

interface ProbeOptions {
  /** Settings for a GPU (gpu/choose.ts): then TensorFlow is asked to talk about it. */
  readonly gpu?: Readonly<Record<string, string | undefined>> | undefined;
  /** What else the verdict depends on: the GPUs and their driver, as the system tells of them. */
  readonly facts?: Pick<GpuFacts, 'driver' | 'gpus'> | undefined;
  /** Milliseconds. */
  readonly timeLimit?: number;
}

/** Whether the engine in `folder` works: by the kept verdict, or by trying. */
export async function probeEngine(folder: EngineFolder, options: ProbeOptions = {}): Promise<Verdict> {
  const known = recallVerdict(folder, dependingOn(options));
  if (known) return known;
  const verdict = await tryEngine(folder.libraries, options);
  // What keeps TensorFlow from a GPU may be mended, so that is not kept.
  const settled = verdict.ok && (verdict.gpu || options.gpu === undefined);
  if (settled) await rememberVerdict(folder, verdict, dependingOn(options));
  return verdict;
}

const dependingOn = ({ gpu, facts }: ProbeOptions): string =>
  gpu === undefined
    ? ''
    : `, GPU ${gpu.CUDA_VISIBLE_DEVICES} of ${facts?.gpus.join(' and ')} with driver ${facts?.driver ?? 'unknown'}`;

const childScript = fileURLToPath(new URL('probeChild.js', import.meta.url));

/**
 * Loads the addon in the folder `libraries` and runs an op, in a child process: on the GPU that the options name, or on
 * the CPU, where a GPU that is broken or busy does not matter.
 */
export async function tryEngine(libraries: string, options: ProbeOptions = {}): Promise<Verdict> {
  const { gpu, timeLimit = 60_000 } = options;
  const settings = gpu
    ? { ...gpu, TF_CPP_MIN_LOG_LEVEL: '0', TF_CPP_VMODULE: 'dso_loader=1,cuda_diagnostics=1' }
    : { CUDA_VISIBLE_DEVICES: '-1', TF_CPP_MIN_LOG_LEVEL: '2' };
  const child = spawn(process.execPath, [childScript, libraries], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...settings },
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
    const complaints = complaintsInLog(stderr);
    const words = complaints.map((line) => `; TensorFlow: ${line}`).join('');
    if (signal) return { ok: false, reason: `${meaningOf(signal)}${words}` };
    if (code !== 0) return { ok: false, reason: lastWords(stderr) || `it ended with code ${code}` };
    // TensorFlow might print lines of its own before ours.
    const { version, gpu: has } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
      version: string;
      gpu: boolean;
    };
    const gpuDescription = has ? gpuInLog(stderr) : undefined;
    return {
      ok: true,
      version,
      gpu: has,
      ...(gpuDescription && { gpuDescription }),
      ...(gpu && !has && { complaints }),
    };
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
