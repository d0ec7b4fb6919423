// alexft doctor.

import { type Diagnosis, doctor, figureWords, rounded } from '../../commands/doctor.js';
import { ExitCode } from '../../core/errors.js';
import type { Check, Rate, Speed } from '../../doctor/diagnosis.js';
import type { DoctorOptions } from '../../options/doctorOptions.js';
import type { OutputOptions } from '../../options/outputOptions.js';
import { table } from '../display/table.js';
import { stdoutCapabilities } from '../terminal/capabilities.js';
import { wrap } from '../terminal/columns.js';
import { commandOptions, openScreen } from '../terminal/screen.js';
import { asTyped } from '../terminal/typedCommand.js';

/** Lines are not longer than this where there is no terminal. */
const longestLine = 100;

export async function runDoctor(_words: string[], options: DoctorOptions & OutputOptions): Promise<ExitCode> {
  const screen = openScreen(options);
  const diagnosis = await doctor(commandOptions(options), screen.context);
  const columns = Math.min(stdoutCapabilities.columns(), longestLine);
  await screen.finish(jsonOf(diagnosis), () => linesOf(diagnosis, columns));
  return exitCodeOf(diagnosis);
}

/** All checks have the same keys: `fix` is null if there is nothing to do. */
const jsonOf = ({ ok, checks, ...rest }: Diagnosis): object => ({
  ok,
  checks: checks.map(({ fix = null, ...check }) => ({ ...check, fix })),
  ...rest,
});

/** An unavailable device has an exit code of its own, as in every command. */
export function exitCodeOf({ ok, checks }: Diagnosis): ExitCode {
  if (ok) return ExitCode.ok;
  return checks.some((check) => check.name === 'device' && !check.ok) ? ExitCode.device : ExitCode.failure;
}

/** The checks, the measurements, and what to do, in lines of at most `columns`. */
export function linesOf({ ok, checks, proof, speed }: Diagnosis, columns: number): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  const problems = checks.filter((check) => !check.ok);
  const required = fixesOf(problems);
  const optional = fixesOf(checks).filter((fix) => !required.includes(fix));
  const count = problems.length === 1 ? 'There is 1 problem' : `There are ${problems.length} problems`;
  return [
    ...checks.flatMap(({ name, ok, detail }) =>
      wrap(detail, columns, `${ok ? 'ok     ' : 'PROBLEM'}  ${name.padEnd(width)}`),
    ),
    '',
    ...(proof ? [...proofLines(proof, columns), ''] : []),
    ...(speed ? [...speedLines(speed, columns), ''] : []),
    ...listed(`${count}. To fix:`, required, columns),
    ...listed('Optional improvements:', optional, columns),
    ok ? 'Training works here.' : 'Training does not work here.',
  ];
}

function proofLines({ reference, figures }: NonNullable<Diagnosis['proof']>, columns: number): string[] {
  const rows = figures.map(({ name, difference, allowed, pytorch, ok }) => [
    figureWords[name],
    rounded(difference),
    rounded(allowed),
    rounded(pytorch),
    ok ? '' : 'PROBLEM',
  ]);
  const heading = ['', 'difference', 'allowed', 'PyTorch from itself', ''];
  return [
    `Differences from ${reference}, relative to the norm`,
    ...indentedTable([heading, ...rows], columns),
  ];
}

function speedLines({ inference, allLayers, classifier, decode }: Speed, columns: number): string[] {
  const rate = ({ imagesPerSecond, batch }: Rate) => [
    imagesPerSecond.toPrecision(3),
    `images/s, batch size ${batch}`,
  ];
  return [
    'Speed',
    ...indentedTable(
      [
        ['inference', ...rate(inference)],
        ['training all layers', ...rate(allLayers)],
        ['training the classifier on cached features', ...rate(classifier)],
        [
          'decoding and resizing',
          decode.milliseconds.toPrecision(2),
          `ms on one core, ${decode.pixels} pixels`,
        ],
      ],
      columns,
    ),
  ];
}

const indentedTable = (rows: readonly (readonly string[])[], columns: number): string[] =>
  table(
    rows,
    rows[0]!.map(() => 'left'),
    columns - 2,
  ).map((line) => `  ${line}`);

/** The fixes of `checks` without duplicates, as the user can type them. */
const fixesOf = (checks: readonly Check[]): string[] => [
  ...new Set(checks.flatMap(({ fix }) => (fix === undefined ? [] : asTyped(fix)))),
];

const listed = (heading: string, fixes: readonly string[], columns: number): string[] =>
  fixes.length > 0 ? [heading, ...fixes.flatMap((fix) => wrap(fix, columns, '  - ')), ''] : [];
