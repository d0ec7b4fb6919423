// alexft setup.

import { type ListedEngine, listEngines, removeDevice } from '../../commands/engines.js';
import { planSetup, type SetupPlan, type SetupResult, setup } from '../../commands/setup.js';
import { ExitCode, printable, usageError } from '../../core/errors.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import type { SetupOptions } from '../../options/setupOptions.js';
import { commandOptions, openScreen } from '../terminal/screen.js';
import { asTyped } from '../terminal/typedCommand.js';

export async function runSetup(_words: string[], options: SetupOptions & OutputOptions): Promise<ExitCode> {
  const { dryRun, list, remove, ...own } = commandOptions(options);
  if ([dryRun, list, remove].filter(Boolean).length > 1) {
    throw usageError('--dry-run, --list and --remove cannot be combined.', 'Give one of them.');
  }
  const screen = openScreen(options);
  if (list) {
    const engines = await listEngines();
    await screen.finish({ engines }, () => listLines(engines));
  } else if (dryRun) {
    const plan = planSetup(own);
    await screen.finish(plan, () => planLines(plan));
  } else if (remove) {
    const result = await removeDevice(own, screen.context);
    await screen.finish(result, () =>
      result.removed.length === 0
        ? [`There is no ${result.device} engine.`]
        : result.removed.map(({ name, bytes }) => `Removed ${printable(name)}, ${size(bytes)}`),
    );
  } else {
    const result = await setup(own, screen.context);
    await screen.finish(result, () => resultLines(result));
  }
  return ExitCode.ok;
}

function resultLines({ device, version, path, gpu }: SetupResult): string[] {
  const ready = `The ${device} engine (TensorFlow ${version}) is ready: ${printable(path)}`;
  if (!gpu) return [ready];
  if (gpu.ok) return [ready, `GPU: ${gpu.detail}`];
  return [
    ready,
    `No usable GPU: ${gpu.detail}`,
    ...(gpu.fix === undefined ? [] : [`To fix: ${asTyped(gpu.fix)}`]),
  ];
}

function planLines(plan: SetupPlan): string[] {
  const { device, version, wheels, fetchBytes, keptBytes, workingBytes, addon, path, present, tried } = plan;
  return [
    `The ${device} engine, TensorFlow ${version}:`,
    `  download  ${size(fetchBytes)} with pip:`,
    ...wheels.map(({ file, bytes }) => `            ${size(bytes).padStart(8)} ${file}`),
    `  addon     ${addon}`,
    `  disk      ${size(keptBytes)}, and ${size(workingBytes)} during the installation, in ${printable(path)}`,
    ...(tried ? [] : ['  untested  the recipe for this platform was never run']),
    ...(present === undefined ? [] : [`It is installed: ${printable(present)}. --force would reinstall it.`]),
  ];
}

function listLines(engines: readonly ListedEngine[]): string[] {
  if (engines.length === 0) return ['No native engine is installed. --device wasm needs none.'];
  return [
    ...engines.map(({ taken, device, name, bytes, state, ok, detail = '' }) => {
      // Engines are tested without a GPU.
      const good = device === 'cuda' ? asTyped('loads (alexft doctor --device cuda tests the GPU)') : 'works';
      const words = [
        ok ? good : printable(detail),
        ...(state === 'other' ? ['of another version of alexft'] : []),
      ];
      return `${taken ? '*' : ' '} ${printable(name)}  ${size(bytes)}  ${words.join(', ')}`;
    }),
    '(* is the one that --device uses.)',
  ];
}

const size = (bytes: number): string =>
  bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
