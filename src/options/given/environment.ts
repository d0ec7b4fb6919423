// Options in variables: ALEXFT_TRAIN_BATCH_SIZE is --batch-size of `alexft train`.

import { didYouMean } from '../../core/didYouMean.js';
import { printable, usageError } from '../../core/errors.js';
import { expected, type Option, type OptionTable } from '../option.js';
import { naming } from './naming.js';

/** The values in `variables`; an empty one is not given. Throws a usage error. */
export function fromEnvironment(
  command: string,
  table: OptionTable,
  variables: NodeJS.ProcessEnv,
): Record<string, unknown> {
  const prefix = `${variableOf(`alexft-${command}`)}_`;
  const options = new Map(
    Object.entries(table).map(([name, option]) => [
      prefix + variableOf(option.flag.slice(2)),
      { name, option },
    ]),
  );
  const given = Object.entries(variables).filter(([variable, text]) => variable.startsWith(prefix) && text);
  return Object.fromEntries(
    given.map(([variable, text]) => {
      const found = options.get(variable);
      if (!found) {
        throw usageError(
          `The variable ${printable(variable)} is not an option of alexft ${command}.`,
          didYouMean(variable, [...options.keys()]),
        );
      }
      return [found.name, naming(`the variable ${variable}`, () => parsed(found.option, text!))];
    }),
  );
}

/** A switch is 1 or true, 0 or false. */
function parsed(option: Option<unknown>, text: string): unknown {
  if (option.placeholder !== undefined) return option.parse(text);
  if (['1', 'true'].includes(text)) return true;
  if (['0', 'false'].includes(text)) return false;
  throw expected(option.flag, '1 or 0', text);
}

const variableOf = (name: string): string => name.replaceAll('-', '_').toUpperCase();
