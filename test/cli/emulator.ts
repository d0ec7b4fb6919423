// A terminal emulator for tests: the control sequences that alexft and cli-progress write, and resizing.

import { columnsOf } from '../../dist/cli/terminal/columns.js';

/** A control sequence, an OSC, a save or restore of the cursor, or a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are controlled by them
const token = /\x1b\[([?\d;]*)([A-Za-z])|\x1b\][^\x07]*\x07|\x1b([78])|([\s\S])/gu;

export class Emulator {
  cursorVisible = true;
  autoWrap = true;
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;
  #saved: [number, number] = [0, 0];

  /** `reflow`: whether narrowing wraps lines that are too long (VTE, kitty, iTerm2) or cuts them (xterm). */
  constructor(
    private columns: number,
    private readonly reflow: boolean,
  ) {}

  write(text: string): void {
    for (const [, parameters, command, saveOrRestore, character] of text.matchAll(token)) {
      if (character !== undefined) this.#print(character);
      else if (command !== undefined) this.#control(parameters!, command);
      else if (saveOrRestore === '7') this.#saved = [this.#row, this.#column];
      else if (saveOrRestore === '8') [this.#row, this.#column] = this.#saved;
    }
  }

  /** The rows without trailing blanks, up to the last one that is not empty. */
  get lines(): string[] {
    const lines = this.#rows.map((cells) =>
      Array.from(cells, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  resize(columns: number): void {
    this.columns = columns;
    if (!this.reflow) {
      for (const cells of this.#rows) cells.length = Math.min(cells.length, columns);
      this.#column = Math.min(this.#column, columns - 1);
      return;
    }
    const rows = this.#rows;
    const [row, column] = [this.#row, this.#column];
    this.#rows = [];
    for (const [index, cells] of rows.entries()) {
      if (index === row) {
        this.#row = this.#rows.length + Math.floor(column / columns);
        this.#column = column % columns;
      }
      const parts = Math.max(
        1,
        Math.ceil(cells.length / columns),
        index === row ? Math.ceil((column + 1) / columns) : 0,
      );
      for (let part = 0; part < parts; part++) {
        this.#rows.push(cells.slice(part * columns, (part + 1) * columns));
      }
    }
  }

  #print(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#lineFeed();
    else if (character >= ' ') {
      const width = columnsOf(character);
      if (this.#column + width > this.columns) {
        if (this.autoWrap) {
          this.#lineFeed();
          this.#column = 0;
        } else this.#column = this.columns - width;
      }
      const cells = this.#rows[this.#row]!;
      cells[this.#column] = character;
      if (width === 2) cells[this.#column + 1] = '';
      this.#column += width;
    }
  }

  #lineFeed(): void {
    this.#row += 1;
    this.#rows[this.#row] ??= [];
  }

  #control(parameters: string, command: string): void {
    const count = Number(parameters || 1);
    const cells = this.#rows[this.#row]!;
    if (command === 'G') this.#column = count - 1;
    else if (command === 'A') this.#row = Math.max(0, this.#row - count);
    else if (command === 'K' && parameters === '2') cells.length = 0;
    else if (command === 'K') cells.length = Math.min(cells.length, this.#column);
    else if (command === 'J') {
      cells.length = Math.min(cells.length, this.#column);
      this.#rows.length = this.#row + 1;
    } else if (parameters === '?25') this.cursorVisible = command === 'h';
    else if (parameters === '?7') this.autoWrap = command === 'h';
    else if (command !== 'm') throw new Error(`not emulated: CSI ${parameters} ${command}`);
  }
}
