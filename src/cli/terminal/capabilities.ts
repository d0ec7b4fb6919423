// What an output stream supports: redrawing a line, colors, Unicode, and its width.

export interface Capabilities {
  /** A terminal whose lines can be redrawn. */
  readonly interactive: boolean;
  readonly colors: boolean;
  /** Whether block and braille characters can be shown, or only ASCII. */
  readonly unicode: boolean;
  /** The current width in columns, which changes with the window; Infinity if it is not a terminal. */
  readonly columns: () => number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The capabilities of `stream`. TERM=dumb disables redrawing and colors, a non-empty NO_COLOR disables colors, and
 * FORCE_COLOR (except 0 and false) enables them, also without a terminal and over NO_COLOR, as in Node.
 * Sources: no-color.org, force-color.org, setlocale(3) for the order of the locale variables.
 */
export function capabilitiesOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Capabilities {
  const interactive = Boolean(stream.isTTY) && env.TERM !== 'dumb';
  const forced = env.FORCE_COLOR;
  return {
    interactive,
    colors: forced === undefined ? interactive && !env.NO_COLOR : !['0', 'false'].includes(forced),
    unicode: env.TERM !== 'dumb' && env.TERM !== 'linux' && (platform === 'win32' || isUtf8(env)),
    // A terminal that does not know its size reports 0.
    columns: () => (interactive ? stream.columns || 80 : Number.POSITIVE_INFINITY),
  };
}

const isUtf8 = ({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean =>
  /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');

export const stderrCapabilities = capabilitiesOf(process.stderr, process.env);
export const stdoutCapabilities = capabilitiesOf(process.stdout, process.env);
