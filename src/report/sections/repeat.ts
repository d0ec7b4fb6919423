// How the run came about, and how to have it again.

import { type Html, html, name } from '../html.js';
import type { ReportData } from '../reportData.js';
import { folded, section, table } from '../table.js';

export function repeatSection({ run, repeat }: ReportData): Html {
  const { facts, options } = run;
  return section(
    'repeat',
    'To repeat it',
    html`${repeat.map(
      ({ what, command }) => html`<h3>${what}</h3>
<pre tabindex="0"><code>${command}</code></pre>
`,
    )}`,
    table({
      caption: 'What it ran on',
      head: ['What', 'Which'],
      rows: facts.map(({ name: what, value }) => [what, name(value)]),
      words: 3,
    }),
    folded(
      `All ${options.length} options`,
      table({
        caption: 'Options',
        head: ['Option', 'Value', ''],
        rows: options.map(({ name: flag, value, given }) => [
          flag,
          name(value),
          given ? 'not the default' : '',
        ]),
        words: 3,
      }),
    ),
  );
}
