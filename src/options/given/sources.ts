// The given options of a command: from the command line, from variables, and from a file.

import type { OptionTable } from '../option.js';
import { readConfigFile } from './configFile.js';
import { fromEnvironment } from './environment.js';

/** Where an option's value is from. An option that is not given has its default. */
type Source = 'flag' | 'environment' | 'file';

export interface Given {
  /** By the names in the table. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly sources: Readonly<Record<string, Source>>;
}

/**
 * The values that `command` was given. A flag is used before a variable, and a variable before the file that `config`
 * names. `table`: the command's options with those of every command. Throws a usage error.
 */
export async function givenValues(
  command: string,
  table: OptionTable,
  flags: Readonly<Record<string, unknown>>,
  variables: NodeJS.ProcessEnv,
): Promise<Given> {
  const environment = fromEnvironment(command, table, variables);
  const path = flags.config ?? environment.config;
  const file = path === undefined ? {} : await readConfigFile(String(path), command, table);
  const given = { file, environment, flag: flags };
  const entries = Object.entries(given).flatMap(([source, values]) =>
    Object.keys(values).map((name) => [name, source as Source] as const),
  );
  return { values: { ...file, ...environment, ...flags }, sources: Object.fromEntries(entries) };
}
