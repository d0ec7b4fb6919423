// The run's environment and options, and the commands that reproduce it.

import { type Html, html, name } from '../html.js';
import type { ReportData } from '../reportData.js';
import { folded, section, table } from '../table.js';

export function reproduceSection({ run, commands }: ReportData): Html {
  const { environment, options } = run;
  return section(
    'reproduce',
    'Reproduce this run',
    html`${commands.map(
      ({ purpose, command }) => html`<h3>${purpose}</h3>
<pre tabindex="0"><code>${command}</code></pre>
`,
    )}`,
    table({
      caption: 'Environment',
      head: ['Name', 'Value'],
      rows: environment.map(({ name: key, value }) => [key, name(value)]),
      textColumns: 3,
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
        textColumns: 3,
      }),
    ),
  );
}
