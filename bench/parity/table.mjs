// The table of `npm run parity`: a line an item, a column an engine, and PyTorch's own spread beside them.

const short = (value) => (value === 0 ? '0' : value.toExponential(1));

/** Whether a row keeps its tolerance. */
export const holds = (row) =>
  row.of !== undefined ? row.mayDiffer || row.equal === row.of : row.found <= row.limit;

function cell(row) {
  if (!row) return '';
  const text = row.of !== undefined ? `${row.equal} of ${row.of}` : short(row.found);
  return holds(row) ? text : `**${text}**`;
}

/** `columns` has the rows of each engine by its name. Broken tolerances are in bold. */
export function markdown(columns) {
  const items = [...new Set([...columns.values()].flat().map(({ item }) => item))];
  const lines = items.map((item) => {
    const rows = [...columns.values()].map((column) => column.find((row) => row.item === item));
    const { limit, own } = rows.find((row) => row !== undefined);
    const allowed = limit === undefined ? 'all' : short(limit);
    return [item, ...rows.map(cell), allowed, own === undefined ? '' : short(own)];
  });
  const head = ['largest difference from PyTorch', ...columns.keys(), 'allowed', "PyTorch's own"];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
