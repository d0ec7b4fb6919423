// Warns where a run is written inside its own dataset.

import { join } from 'node:path';
import type { Context } from '../core/context.js';
import { printable } from '../core/errors.js';
import { shellWord } from '../core/text.js';
import { pathInside } from '../data/dataset/outside.js';
import type { TrainConfig } from '../training/config.js';
import { defaultRunFolder } from './runFiles.js';

/** torchvision, for example, would take the run's folder for a class. */
export async function warnOfRunInData(
  { data, val, out }: TrainConfig,
  { onMessage }: Context,
): Promise<void> {
  const path = out ?? defaultRunFolder(new Date());
  for (const [flag, folder] of Object.entries({ '--data': data, '--val': val })) {
    const inside = folder === undefined ? undefined : await pathInside(path, folder);
    if (inside === undefined) continue;
    onMessage(
      `The run '${printable(path)}' is written inside ${flag}. alexft leaves runs out of datasets, other programs do ` +
        `not. To write it elsewhere: --out ${shellWord(join(folder!, '..', inside || 'models'))}`,
    );
  }
}
