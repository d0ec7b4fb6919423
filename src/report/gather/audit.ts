// The audit of the dataset: that of `alexft check`, or the findings of the training.

import { type Check, checkDataset } from '../../audit/checkDataset.js';
import { problemKinds, problemNames } from '../../audit/problems.js';
import type { Context } from '../../core/context.js';
import { reasonOf, UserError } from '../../core/errors.js';
import { examples } from '../../core/text.js';
import { balanceWarning } from '../../data/dataset/balance.js';
import type { Audit } from '../reportData.js';
import type { PastRun } from './pastRun.js';

/** The audit without decoding images. */
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
        ? [
            {
              what: 'unreadable',
              count: skipped.length,
              example: exampleOf(skipped[0]!.file, skipped[0]!.reason),
            },
          ]
        : []),
      ...(together.length > 0
        ? [
            {
              what:
                run.options.groupDuplicates === 'similar'
                  ? 'groups of images that look the same'
                  : 'groups of identical files',
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

/** Decodes every image in `folder`. If that fails, the audit is short and includes the reason. */
export async function fullAudit(past: PastRun, folder: string, context: Context): Promise<Audit> {
  const { val } = past.run.options;
  try {
    const result = await checkDataset({ ...past.run.options, data: folder }, context);
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
        ...(val === undefined ? [] : ['The folder of validation images (--val) was not checked.']),
      ],
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const short = shortAudit(past, folder);
    return {
      ...short,
      remarks: [`The images could not be checked: ${reasonOf(error)}`, ...short.remarks],
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
    ['groups of identical files', duplicates],
    ['groups of near-duplicate images', nearDuplicates],
    ['groups in more than one class', underTwoClasses],
    ['groups in both training and validation', onBothSides],
  ] as const;
  return [
    ...problemKinds.flatMap((kind) => {
      const found = problems.filter((problem) => problem.kind === kind);
      return found.length === 0
        ? []
        : [
            {
              what: problemNames[kind],
              count: found.length,
              example: exampleOf(found[0]!.file, found[0]!.detail),
            },
          ];
    }),
    ...groups.flatMap(([what, list]) =>
      list.length === 0 ? [] : [{ what, count: list.length, example: examples(list[0]!, ' = ') }],
    ),
  ];
}

const exampleOf = (file: string, reason: string) => `${file}: ${reason}`;
