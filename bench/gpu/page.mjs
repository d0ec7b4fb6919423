// The page of `npm run gpu`.

const number = (value) =>
  typeof value !== 'number'
    ? String(value ?? '')
    : Math.abs(value) >= 100
      ? value.toFixed(0)
      : value.toPrecision(4);

/** gpu.json as Markdown: a section a step, its result as a table. */
export function pageOf({ date, device, cpu, cores, node, steps }) {
  return [
    `# alexft on ${device}`,
    `${date}; ${cpu}, ${cores} cores; Node ${node}`,
    ...steps.flatMap(({ name, title, state, seconds, result, error }) => [
      `## ${title}`,
      state === 'done'
        ? tableOf(rowsOf(result))
        : `${name}: ${state}${error ? `\n\n\`\`\`\n${error}\n\`\`\`` : ''}`,
      `${seconds.toFixed(0)} s`,
    ]),
    '',
  ].join('\n\n');
}

/** Nested results as flat rows: a value of an object that is itself a list or an object names its rows. */
function rowsOf(result, path = '') {
  const entries = Object.entries(result ?? {});
  if (!entries.some(([, value]) => typeof value === 'object' && value !== null)) return [{ path, ...result }];
  return entries.flatMap(([key, value]) => {
    const inner = path ? `${path} ${key}` : key;
    return typeof value === 'object' && value !== null ? rowsOf(value, inner) : [{ path: inner, value }];
  });
}

function tableOf(rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const head = columns.map((column) => (column === 'path' ? '' : column));
  const lines = [
    head,
    head.map(() => '---'),
    ...rows.map((row) => columns.map((column) => number(row[column]))),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
