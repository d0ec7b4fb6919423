// An epoch's result in one line, in the longest form that goes into the terminal.

import { duration } from '../core/formatting.js';
import type { EpochEvent } from '../training/events.js';
import { clock } from './amounts.js';
import { columnsOf } from './columns.js';
import { type Piece, plain, styled } from './pieces.js';

/** `Epoch 3/5  loss 0.1014  accuracy 0.9583  validation loss 0.1832  accuracy 0.9400  9.2 s  best`. */
export function epochLine(event: EpochEvent, epochs: number, columns: number): Piece[] {
  const lines = forms.map((form) => form(event, epochs));
  // All lines of a training look alike: whether this one is the best makes no difference to its form.
  const fits = ([, whole]: readonly [Piece[], string]) => columnsOf(whole) <= columns;
  const sized = lines.map((line) => [line, plain(event.best ? line : [...line, '  best'])] as const);
  return (sized.find(fits) ?? sized.at(-1)!)[0];
}

type Form = (event: EpochEvent, epochs: number) => Piece[];

/** From the longest to the shortest. Figures keep their order in all. */
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
  /** Before the validation's loss, and before its accuracy. */
  readonly validation: readonly [string, string];
  /** Three digits, and the time as 1:21. */
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
    return best ? [facts, '  ', styled('green', 'best')] : [facts];
  };
}
