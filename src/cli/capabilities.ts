// What a stream's other end can show: whether it is a terminal, how wide, in colour, beyond ASCII. Asked once.

export interface Capabilities {
  /** A terminal on which a line can be drawn again and again. */
  readonly draws: boolean;
  readonly colours: boolean;
  /** Whether blocks and lines may be shown, or ASCII alone. */
  readonly unicode: boolean;
  /** How wide it is now, which its user may change; without a terminal as wide as a line may get. */
  readonly columns: () => number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What `stream` can show. TERM=dumb: plain lines. NO_COLOR (any value but none): no colours. FORCE_COLOR: colours, terminal
 * or not, unless it is 0 or false; it wins over NO_COLOR, as in Node.
 * Sources: no-color.org, force-color.org, setlocale(3) for the order of the locale's variables.
 */
export function capabilitiesOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Capabilities {
  const draws = Boolean(stream.isTTY) && env.TERM !== 'dumb';
  const forced = env.FORCE_COLOR;
  const wanted = forced === undefined ? draws && !env.NO_COLOR : !['0', 'false'].includes(forced);
  return {
    draws,
    colours: wanted,
    unicode: env.TERM !== 'dumb' && env.TERM !== 'linux' && (platform === 'win32' || isUtf8(env)),
    // A terminal that does not know its size says 0.
    columns: () => (draws ? stream.columns || 80 : Number.POSITIVE_INFINITY),
  };
}

const isUtf8 = ({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean =>
  /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');

/** Of this process's streams. */
export const stderrCan = capabilitiesOf(process.stderr, process.env);
export const stdoutCan = capabilitiesOf(process.stdout, process.env);
