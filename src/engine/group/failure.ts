// A group that has failed: a rank has ended, was stopped, or can't be reached.

import { printable, UserError } from '../../core/errors.js';
import type { GroupMember } from './group.js';

export class GroupFailure extends UserError {
  /** `reason`: TensorFlow's message to `member`. */
  constructor(reason: string, member: GroupMember) {
    const who = rankIn(reason, member);
    super(
      who === undefined
        ? `The ranks of this training have lost each other: ${printable(firstLine(reason))}`
        : `${who} has ended, or does not answer. All ranks end.`,
      {
        hint: 'See the messages of that rank. The training continues from its checkpoint with --resume.',
        cause: reason,
      },
    );
  }
}

/** Without the number of the status, which the addon adds. */
const firstLine = (text: string) => text.replace(/^Invalid TF_Status: \d+\nMessage: /, '').split('\n')[0]!;

/** The rank that TensorFlow's message names, with its address; undefined for none, or only this rank itself. */
function rankIn(reason: string, { rank, addresses }: GroupMember): string | undefined {
  const named = [...reason.matchAll(/\/task:(\d+)/g)].map(([, task]) => Number(task));
  // The coordination service is rank 0's.
  if (rank !== 0 && reason.includes('/tensorflow.CoordinationService/')) named.push(0);
  const other = named.find((task) => task !== rank && task < addresses.length);
  return other === undefined ? undefined : `Rank ${other} (${printable(addresses[other]!)})`;
}
