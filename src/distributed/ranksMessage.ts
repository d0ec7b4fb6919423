// The message at the start of a training in several processes.

import { printable } from '../core/errors.js';
import type { GroupMember } from '../engine/group/group.js';

export const ranksMessage = ({ addresses }: GroupMember): string =>
  `${addresses.length} ranks: ${addresses.map(printable).join(', ')}. Their connections are neither encrypted nor ` +
  'authenticated: use them in a trusted network only.';
