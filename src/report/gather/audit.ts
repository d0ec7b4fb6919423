// What a report tells of the images: all that `alexft check` finds, or what the training knew of them.

import { problemKinds, problemNames } from '../../audit/problems.js';
import { type Check, check } from '../../commands/check.js';
import type { CommandContext } from '../../core/context.js';
import { reasonOf, UserError } from '../../core/errors.js';
import { examples } from '../../core/text.js';
import { balanceWarning } from '../../data/balance.js';
import type { Audit } from '../reportData.js';
import type { PastRun } from './pastRun.js';

/** Without decoding anything. */
export function shortAudit({ run, split, skipped }: PastRun, folder: string): Audit {
  const { together = [] } = split;
  const balance = balanceWarning(
    run.classes,
    split.files.map((file) => run.classes.indexOf(file.class)).filter((label) => label >= 0),
  );
  return {
    kind: 'short',
    folder,
    classes: classesOf({ run, split }),
    findings: [
      ...(skipped.length > 0
        ? [{ what: 'unreadable', count: skipped.length, example: shown(skipped[0]!) }]
        : []),
      ...(together.length > 0
        ? [
            {
              what: 'groups with the same bytes',
              count: together.length,
              example: examples(together[0]!, ' = '),
            },
          ]
        : []),
    ],
    sizes: [],
    remarks: balance === undefined ? [] : [balance],
  };
}

/** Decodes every image below `folder`. Where that can't be done the audit is short, and says why. */
export async function fullAudit(past: PastRun, folder: string, context: CommandContext): Promise<Audit> {
  const { seed, valSplit, split, workers, val } = past.run.options;
  try {
    const result = await check({ data: folder, seed, valSplit, split, workers }, context);
    const short = shortAudit(past, folder);
    return {
      ...short,
      kind: 'full',
      findings: findingsOf(result),
      sizes: result.sizes
        ? [
            { what: 'Width, pixels', ...result.sizes.width },
            { what: 'Height, pixels', ...result.sizes.height },
            { what: 'Bytes', ...result.sizes.bytes },
          ]
        : [],
      remarks: [
        ...short.remarks,
        ...result.reasons,
        ...(val === undefined ? [] : ['The folder of validation images was not looked at.']),
      ],
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const short = shortAudit(past, folder);
    return {
      ...short,
      remarks: [`The images could not be looked at: ${reasonOf(error)}`, ...short.remarks],
    };
  }
}

function classesOf({ run, split }: Pick<PastRun, 'run' | 'split'>): Audit['classes'] {
  const counts = new Map(run.classes.map((name) => [name, { name, train: 0, validation: 0 }]));
  for (const file of split.files) {
    const found = counts.get(file.class);
    if (found && (file.side === 'train' || file.side === 'validation')) found[file.side] += 1;
  }
  return [...counts.values()];
}

function findingsOf({ problems, duplicates, nearDuplicates, underTwoClasses, onBothSides }: Check) {
  const groups = [
    ['groups with the same bytes', duplicates],
    ['groups that look the same', nearDuplicates],
    ['of these in two classes', underTwoClasses],
    ['of these on both sides of the split', onBothSides],
  ] as const;
  return [
    ...problemKinds.flatMap((kind) => {
      const found = problems.filter((problem) => problem.kind === kind);
      return found.length === 0
        ? []
        : [{ what: problemNames[kind], count: found.length, example: told(found[0]!) }];
    }),
    ...groups.flatMap(([what, list]) =>
      list.length === 0 ? [] : [{ what, count: list.length, example: examples(list[0]!, ' = ') }],
    ),
  ];
}

const shown = ({ file, reason }: { file: string; reason: string }) => `${file}: ${reason}`;
const told = ({ file, detail }: { file: string; detail: string }) => `${file}: ${detail}`;
