// The server's side of the engine's process: starts it, restarts it when it ends, and sends it batches. A process of
// its own, because the engine blocks its thread, and so that a crash or the system's memory killer ends only it.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Context } from '../core/context.js';
import { UserError } from '../core/errors.js';
import type { EngineAnswer, EngineImage, EngineMessage, EngineSettings, ServedModel } from './messages.js';

/** The server can't answer now, but later: 503. */
export class Unavailable extends Error {}

/** Ends in a row without a start between them, after which there are no more starts. */
const mostFailedStarts = 3;

/** Milliseconds for a closed process to end. */
const patience = 5000;

interface Batch {
  resolve(answers: readonly EngineAnswer[]): void;
  reject(error: Error): void;
}

export class EngineProcess implements AsyncDisposable {
  /** Undefined while the process starts. */
  model: ServedModel | undefined;
  /** How often the process has been started again. */
  restarts = 0;
  /** Resolves when the process is ready for the first time. */
  readonly ready: Promise<ServedModel>;
  /** Rejects when the process can't be started (again). */
  readonly failed: Promise<never>;
  #onReady!: (model: ServedModel) => void;
  #onFailed!: (error: UserError) => void;
  #child: ChildProcess | undefined;
  #batch: Batch | undefined;
  #failedStarts = 0;
  #closed = false;

  /** `seconds`: the time for a batch, after which the process is killed. */
  constructor(
    private readonly settings: EngineSettings,
    private readonly seconds: number,
    private readonly context: Context,
  ) {
    this.ready = new Promise((resolve) => {
      this.#onReady = resolve;
    });
    this.failed = new Promise((_, reject) => {
      this.#onFailed = reject;
    });
    this.failed.catch(() => {}); // for callers that do not wait for it
  }

  /** Of the current process. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const child = fork(new URL('./engineWorker.js', import.meta.url), [JSON.stringify(this.settings)], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('message', (message: EngineMessage) => this.#receive(message));
    child.on('error', () => {}); // a failed send: the process ends
    child.once('exit', (code, signal) => this.#ended(signal ?? `exit code ${code}`));
  }

  /** One answer for each image, in their order. One call at a time. Throws Unavailable if the process ends before. */
  async predict(images: readonly EngineImage[]): Promise<readonly EngineAnswer[]> {
    if (!this.model) throw new Unavailable('The engine is starting.');
    const child = this.#child!;
    const timer = setTimeout(() => {
      this.context.onMessage(`The engine has not answered within ${this.seconds} s and is stopped.`);
      child.kill('SIGKILL');
    }, this.seconds * 1000);
    try {
      return await new Promise((resolve, reject) => {
        this.#batch = { resolve, reject };
        child.send({ images });
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), patience);
    await ended;
    clearTimeout(timer);
  }

  #receive(message: EngineMessage): void {
    if (message.kind === 'message') this.context.onMessage(message.text);
    else if (message.kind === 'progress') this.context.onProgress(...message.progress);
    else if (message.kind === 'answers') this.#batch?.resolve(message.answers);
    else if (message.kind === 'failed') {
      this.#closed = true;
      const { hint, exitCode } = message;
      this.#onFailed(new UserError(message.message, { exitCode, ...(hint !== undefined && { hint }) }));
      this.#child!.disconnect();
    } else {
      this.model = message.model;
      this.#failedStarts = 0;
      this.#onReady(message.model);
    }
  }

  #ended(how: string): void {
    if (!this.model) this.#failedStarts += 1;
    this.model = undefined;
    this.#batch?.reject(new Unavailable('The engine has ended and is starting again.'));
    if (this.#closed) return;
    if (this.#failedStarts >= mostFailedStarts) {
      const message = `The engine's process ended ${mostFailedStarts} times while it started (${how}).`;
      this.#onFailed(new UserError(message, { hint: 'Test the engine: alexft doctor' }));
      return;
    }
    this.context.onMessage(`The engine's process ended (${how}). Starting it again.`);
    this.restarts += 1;
    this.start();
  }
}
