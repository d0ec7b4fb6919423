// alexft setup, on a terminal or for a program.

import { type ListedEngine, listEngines, removeDevice } from '../commands/engines.js';
import { planSetup, type SetupPlan, type SetupResult, setup } from '../commands/setup.js';
import { ExitCode, printable, usageError } from '../core/errors.js';
import type { OutputOptions } from '../options/outputOptions.js';
import type { SetupOptions } from '../options/setupOptions.js';
import { commandOptions, openScreen } from './screen.js';
import { printJson, printResult } from './terminal.js';

export async function runSetup(_words: string[], options: SetupOptions & OutputOptions): Promise<ExitCode> {
  const { dryRun, list, remove, ...own } = commandOptions(options);
  if ([dryRun, list, remove].filter(Boolean).length > 1) {
    throw usageError('--dry-run, --list and --remove exclude each other.', 'Give one of them.');
  }
  const print = (result: object, lines: () => string) =>
    options.json ? printJson({ schema: 1, ...result }) : printResult(lines());
  if (list) {
    const engines = await listEngines();
    await print({ engines }, () => listLines(engines));
    return ExitCode.ok;
  }
  if (dryRun) {
    const plan = planSetup(own);
    await print(plan, () => planLines(plan));
    return ExitCode.ok;
  }
  const screen = openScreen(options);
  if (remove) {
    const result = await removeDevice(own, screen.context);
    await print(
      result,
      () =>
        result.removed.map(({ name, bytes }) => `Removed ${printable(name)}, ${size(bytes)}.`).join('\n') ||
        `There is no ${result.device} engine.`,
    );
    return ExitCode.ok;
  }
  const result = await setup(own, screen.context);
  screen.progress.end();
  await print(result, () => resultLines(result));
  return ExitCode.ok;
}

function resultLines({ device, version, path, gpu }: SetupResult): string {
  const ready = `The ${device} engine, TensorFlow ${version}, is ready: ${printable(path)}`;
  if (!gpu) return ready;
  if (gpu.ok) return `${ready}\nHere ${gpu.detail}.`;
  return `${ready}\nBut no GPU can be used here: ${gpu.detail}.\nTo have one: ${gpu.fix}.`;
}

function planLines(plan: SetupPlan): string {
  const { device, version, wheels, fetchBytes, keptBytes, workingBytes, addon, path, present, tried } = plan;
  return [
    `The ${device} engine, TensorFlow ${version}:`,
    `  fetch     ${size(fetchBytes)} with pip:`,
    ...wheels.map(({ file, bytes }) => `            ${size(bytes).padStart(8)} ${file}`),
    `  addon     ${addon}`,
    `  on disk   ${size(keptBytes)}, and ${size(workingBytes)} on the way, in ${printable(path)}`,
    ...(tried ? [] : ['  untried   nobody could try it on this platform before it was published']),
    ...(present === undefined
      ? []
      : [`It is there already, and would be made anew only with --force: ${printable(present)}`]),
  ].join('\n');
}

function listLines(engines: readonly ListedEngine[]): string {
  if (engines.length === 0) return 'No native engine is set up. --device wasm needs none.';
  return engines
    .map(({ taken, device, name, bytes, state, ok, detail = '' }) => {
      // It was tried without a GPU.
      const good = device === 'cuda' ? 'loads (alexft doctor --device cuda tells of a GPU)' : 'works';
      const words = [
        ok ? good : printable(detail),
        ...(state === 'other' ? ['of another version of alexft'] : []),
      ];
      return `${taken ? '*' : ' '} ${printable(name)}  ${size(bytes)}  ${words.join(', ')}`;
    })
    .concat('(* is the one that --device takes.)')
    .join('\n');
}

const size = (bytes: number): string =>
  bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
