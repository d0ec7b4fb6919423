// alexft doctor, on a terminal or for a program.

import { type Diagnosis, doctor, figureWords, rounded } from '../commands/doctor.js';
import { ExitCode } from '../core/errors.js';
import type { Check, Rate, Speed } from '../doctor/diagnosis.js';
import type { DoctorOptions } from '../options/doctorOptions.js';
import type { OutputOptions } from '../options/outputOptions.js';
import { wrapped } from './columns.js';
import { commandOptions, openScreen } from './screen.js';
import { printJson, printResult } from './terminal.js';

export async function runDoctor(_words: string[], options: DoctorOptions & OutputOptions): Promise<ExitCode> {
  const screen = openScreen(options);
  const diagnosis = await doctor(commandOptions(options), screen.context);
  screen.progress.end();
  if (options.json) await printJson(jsonOf(diagnosis));
  else for (const line of linesOf(diagnosis, process.stdout.columns ?? 100)) await printResult(line);
  return exitCodeOf(diagnosis);
}

/** Each check has the same keys: `fix` is null where there is nothing to do. */
function jsonOf({ ok, checks, ...rest }: Diagnosis): object {
  const whole = checks
    .map((check) => ({ fix: null, ...check }))
    .map(({ fix, ...check }) => ({ ...check, fix }));
  return { schema: 1, ok, checks: whole, ...rest };
}

/** A device that is not to be had has a code of its own, as in every command. */
export function exitCodeOf({ ok, checks }: Diagnosis): ExitCode {
  if (ok) return ExitCode.ok;
  return checks.some((check) => check.name === 'device' && !check.ok) ? ExitCode.device : ExitCode.failure;
}

/** The checks, a line or a few for each, and under them what to do. */
export function linesOf({ ok, checks, proof, speed }: Diagnosis, columns: number): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  const bad = checks.filter((check) => !check.ok);
  const todo = fixesOf(bad);
  const helpful = fixesOf(checks).filter((fix) => !todo.includes(fix));
  const count = bad.length === 1 ? 'There is a problem' : `There are ${bad.length} problems`;
  return [
    ...checks.flatMap(({ name, ok, detail }) =>
      wrapped(detail, columns, `${ok ? 'ok     ' : 'PROBLEM'}  ${name.padEnd(width)}`),
    ),
    '',
    ...(proof ? [...proofLines(proof), ''] : []),
    ...(speed ? [...speedLines(speed), ''] : []),
    ...fixes(`${count}. What to do:`, todo, columns),
    ...fixes('What would help, though training works without:', helpful, columns),
    ok ? 'Training works here.' : 'Training does not work here as it is.',
  ];
}

function proofLines({ reference, figures }: NonNullable<Diagnosis['proof']>): string[] {
  const rows = figures.map(({ name, difference, allowed, pytorch, ok }) => [
    figureWords[name],
    rounded(difference),
    rounded(allowed),
    rounded(pytorch),
    ok ? '' : 'PROBLEM',
  ]);
  const heading = ['', 'difference', 'allowed', 'PyTorch from itself', ''];
  return [
    `The numbers beside ${reference}'s, as shares of the norm of what is compared`,
    ...columnsOf([heading, ...rows]),
  ];
}

function speedLines({ inference, allLayers, classifier, decode }: Speed): string[] {
  const rate = ({ imagesPerSecond, batch }: Rate) => [
    imagesPerSecond.toPrecision(3),
    `images a second, batch ${batch}`,
  ];
  return [
    'Speed, measured just now',
    ...columnsOf([
      ['inference', ...rate(inference)],
      ['training all layers', ...rate(allLayers)],
      ['training the classifier on kept features', ...rate(classifier)],
      [
        'decoding and resizing',
        decode.milliseconds.toPrecision(2),
        `ms of one core, ${decode.pixels} pixels`,
      ],
    ]),
  ];
}

function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd(),
  );
}

/** What to do about `checks`, each thing once. */
const fixesOf = (checks: readonly Check[]): string[] => [...new Set(checks.flatMap(({ fix }) => fix ?? []))];

const fixes = (heading: string, found: readonly string[], columns: number): string[] =>
  found.length > 0 ? [heading, ...found.flatMap((fix) => wrapped(fix, columns, '  - ')), ''] : [];
