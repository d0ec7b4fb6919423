// The file of --config: options by the names that the library has, as TOML or JSON, or the run.json of a training.

import { readFile } from 'node:fs/promises';
import { parse as parseToml, TomlError } from 'smol-toml';
import { didYouMean } from '../../core/didYouMean.js';
import { printable, quoted, reasonOf, usageError } from '../../core/errors.js';
import { type Fields, isObject } from '../../core/json.js';
import type { OptionTable } from '../option.js';
import { recordedOptions } from '../train/reproducedOptions.js';
import { naming } from './naming.js';

/** The values in the file at `path`; paths in it are relative to the working directory. Throws a usage error. */
export async function readConfigFile(
  path: string,
  command: string,
  table: OptionTable,
): Promise<Record<string, unknown>> {
  const format = /\.(json|toml)$/i.exec(path)?.[1]?.toLowerCase();
  if (format === undefined) {
    throw usageError(
      `Expected a name that ends with .toml or .json for --config but received ${quoted(path)}.`,
    );
  }
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw usageError(`'${printable(path)}' can't be read: ${printable(reasonOf(error))}`, 'Check --config.');
  });
  const values = () => configValues(text, format === 'json' ? 'json' : 'toml', command, table);
  return naming(`'${printable(path)}'`, values);
}

/** The values in `text`, each checked as on the command line. Throws a usage error. */
export function configValues(
  text: string,
  format: 'json' | 'toml',
  command: string,
  { config: _, ...table }: OptionTable,
): Record<string, unknown> {
  const content = parsed(text.replace(/^\uFEFF/, ''), format);
  const isRun = isObject(content.options) && typeof content.state === 'string';
  if (isRun && command !== 'train') {
    throw usageError(`The options of a run are for alexft train, not for alexft ${command}.`);
  }
  // An editor finds the schema by $schema.
  const { $schema, ...values } = isRun ? recordedOptions(content) : content;
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(table, name)) {
      throw usageError(
        `${quoted(name)} is not an option of alexft ${command}.`,
        didYouMean(name, Object.keys(table)),
      );
    }
    table[name]!.check(value);
  }
  return values;
}

function parsed(text: string, format: 'json' | 'toml'): Fields {
  let content: unknown;
  try {
    content = format === 'json' ? JSON.parse(text) : parseToml(text);
  } catch (error) {
    const [message] = reasonOf(error).split('\n'); // smol-toml adds the line of the file
    throw usageError(`${printable(message!)}${placeIn(error)}.`);
  }
  if (isObject(content)) return content;
  throw usageError('Expected an object with options by name.', 'For example: {"epochs": 10}');
}

const placeIn = (error: unknown): string =>
  error instanceof TomlError ? ` (line ${error.line}, column ${error.column})` : '';
