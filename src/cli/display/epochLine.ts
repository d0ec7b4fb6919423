// The result of an epoch in one line, in the longest form that fits the terminal.

import { duration } from '../../core/formatting.js';
import type { EpochEvent } from '../../training/events.js';
import { clock } from '../terminal/bar.js';
import { columnsOf } from '../terminal/columns.js';
import { plain, type StyledLine } from '../terminal/output.js';

/** `Epoch 3/5  loss 0.1014  accuracy 0.9583  validation loss 0.1832  accuracy 0.9400  9.2 s  best`. */
export function epochLine(event: EpochEvent, epochs: number, columns: number): StyledLine {
  const lines = forms.map((form) => form(event, epochs));
  // All lines of a training have the same form, whether or not the epoch is the best.
  const whole = (line: StyledLine) => plain(event.best ? line : [...line, '  best']);
  return lines.find((line) => columnsOf(whole(line)) <= columns) ?? lines.at(-1)!;
}

type Form = (event: EpochEvent, epochs: number) => StyledLine;

/** From the longest to the shortest, with the same figures in the same order. */
const forms: readonly Form[] = [
  written({ name: 'Epoch ', accuracy: 'accuracy ', validation: ['validation loss ', 'accuracy '] }),
  written({ name: 'Epoch ', accuracy: 'acc ', validation: ['val loss ', 'acc '] }),
  written({ name: 'Epoch ', accuracy: 'acc ', validation: ['val ', 'acc '], short: true }),
  written({ name: 'Epoch ', accuracy: 'acc ', validation: ['val ', ''], short: true, gap: ' ' }),
  written({ name: '', accuracy: 'acc ', validation: ['val ', ''], short: true, gap: ' ' }),
  written({ name: '', accuracy: '', validation: ['val ', ''], short: true, gap: ' ' }),
];

interface Words {
  readonly name: string;
  readonly accuracy: string;
  /** Before the validation loss and before its accuracy. */
  readonly validation: readonly [string, string];
  /** Three decimals, and the time as 1:21. */
  readonly short?: boolean;
  /** Between a loss and its accuracy. */
  readonly gap?: string;
}

function written({ name, accuracy, validation, short = false, gap = '  ' }: Words): Form {
  return (event, epochs) => {
    const { valLoss, valAccuracy, seconds, best } = event;
    const number = (value: number) => value.toFixed(short ? 3 : 4);
    const epoch = `${name}${String(event.epoch).padStart(String(epochs).length)}/${epochs}`;
    const facts = [
      epoch,
      `loss ${number(event.loss)}${gap}${accuracy}${number(event.accuracy)}`,
      ...(valLoss === undefined || valAccuracy === undefined
        ? []
        : [`${validation[0]}${number(valLoss)}${gap}${validation[1]}${number(valAccuracy)}`]),
      short ? clock(seconds) : duration(seconds),
    ].join('  ');
    return best ? [facts, '  ', { text: 'best', style: 'green' }] : [facts];
  };
}
