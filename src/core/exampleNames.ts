// Long lists in messages.

import { printable } from './errors.js';

/** The first few of `names`, and how many there are besides. */
export function examples(names: readonly string[], separator = ', '): string {
  const shown = names.slice(0, 5).map(printable).join(separator);
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
