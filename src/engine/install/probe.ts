// Tests in a child process whether an engine works on this machine. Successful results are cached: a test takes a
// second.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { reasonOf } from '../../core/errors.js';
import { complaintsInLog, gpuInLog } from '../gpu/describe.js';
import type { GpuFacts } from '../gpu/facts.js';
import type { EngineFolder } from './locate.js';
import { cachedVerdict, cacheVerdict, type Verdict } from './verdicts.js';

interface ProbeOptions {
  /** Settings for a GPU (gpu/choose.ts). With them, TensorFlow's log about GPUs is enabled and parsed. */
  readonly gpu?: Readonly<Record<string, string | undefined>> | undefined;
  /** The GPUs and their driver, which the cached verdict depends on. */
  readonly facts?: Pick<GpuFacts, 'driver' | 'gpus'> | undefined;
  /** Milliseconds. */
  readonly timeLimit?: number;
}

/** Whether the engine in `folder` works: the cached verdict, or the result of a test. */
export async function probeEngine(folder: EngineFolder, options: ProbeOptions = {}): Promise<Verdict> {
  const cached = cachedVerdict(folder, environmentKey(options));
  if (cached) return cached;
  const verdict = await testEngine(folder.libraries, options);
  // "Works, but has no GPU" is not cached: the user may fix the driver.
  const cacheable = verdict.ok && (verdict.gpu || options.gpu === undefined);
  if (cacheable) await cacheVerdict(folder, verdict, environmentKey(options));
  return verdict;
}

const environmentKey = ({ gpu, facts }: ProbeOptions): string =>
  gpu === undefined
    ? ''
    : `, GPU ${gpu.CUDA_VISIBLE_DEVICES} of ${facts?.gpus.join(' and ')} with driver ${facts?.driver ?? 'unknown'}`;

const childScript = fileURLToPath(new URL('probeChild.js', import.meta.url));

/**
 * Loads the addon in the folder `libraries` and runs an op in a child process. Without GPU settings, GPUs are hidden
 * from the process, so that a broken or busy one does not affect the result.
 */
export async function testEngine(libraries: string, options: ProbeOptions = {}): Promise<Verdict> {
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
      return { ok: false, reason: `no result within ${timeLimit / 1000} s` };
    }
    const complaints = complaintsInLog(stderr);
    const log = complaints.map((line) => `; TensorFlow: ${line}`).join('');
    if (signal) return { ok: false, reason: `${describeSignal(signal)}${log}` };
    if (code !== 0)
      return { ok: false, reason: errorLine(stderr) || `the test process exited with code ${code}` };
    // The last line: TensorFlow may print to stdout, too.
    const { version, gpu: hasGpu } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
      version: string;
      gpu: boolean;
    };
    const gpuDescription = hasGpu ? gpuInLog(stderr) : undefined;
    return {
      ok: true,
      version,
      gpu: hasGpu,
      ...(gpuDescription && { gpuDescription }),
      ...(gpu && !hasGpu && { complaints }),
    };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

function describeSignal(signal: NodeJS.Signals): string {
  const meanings: Partial<Record<NodeJS.Signals, string>> = {
    SIGILL: 'the CPU lacks an instruction that the engine was built with',
    SIGSEGV: 'the engine or a library that it loads is incompatible with this system',
    SIGBUS: 'the engine or a library that it loads is incompatible with this system',
    SIGABRT: 'it aborted',
    SIGKILL: 'it was killed, or the system ran out of memory',
  };
  const meaning = meanings[signal];
  return `loading it ended the test process with ${signal}${meaning ? ` (${meaning})` : ''}`;
}

/** The message of the uncaught error that Node printed; otherwise the last line. */
function errorLine(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.trim());
  const error = lines.find((line) => /^(\w*Error)\b.*?: /.test(line));
  return error?.replace(/^\w*Error: /, '') ?? lines.findLast((line) => line && !/^Node\.js v/.test(line));
}
