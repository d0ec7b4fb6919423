// SVG text: numbers, colors, shapes, and curves through points.

export type Point = readonly [x: number, y: number];

/** A template tag that rounds numbers. */
export const svg = (texts: TemplateStringsArray, ...values: readonly (string | number)[]): string =>
  String.raw(
    { raw: texts },
    ...values.map((value) => (typeof value === 'number' ? +value.toFixed(2) : value)),
  );

/** The results of `make(0)` to `make(count - 1)`, joined. */
export const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: Math.round(count) }, (_, index) => make(index)).join('');

/** Hue in degrees; saturation and lightness in percent. */
export const hsl = (hue: number, saturation: number, lightness: number): string =>
  svg`hsl(${hue},${saturation}%,${Math.min(96, Math.max(7, lightness))}%)`;

export const fill = (d: string, color: string, opacity = 1): string =>
  svg`<path d="${d}" fill="${color}" opacity="${opacity}"/>`;
export const stroke = (d: string, color: string, width: number, opacity = 1): string =>
  svg`<path d="${d}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" opacity="${opacity}"/>`;
export const ellipse = (x: number, y: number, rx: number, ry: number, color: string, opacity = 1): string =>
  svg`<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${color}" opacity="${opacity}"/>`;
export const box = (x: number, y: number, width: number, height: number, color: string, round = 0): string =>
  svg`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${round}" fill="${color}"/>`;
export const group = (
  content: string,
  x: number,
  y: number,
  scaleX = 1,
  scaleY = scaleX,
  angle = 0,
): string =>
  svg`<g transform="translate(${x} ${y}) scale(${scaleX} ${scaleY}) rotate(${angle})">${content}</g>`;

/** The group and its mirror image on the other side of the y axis. */
export const pair = (content: string, x = 0, y = 0, scaleX = 1, scaleY = scaleX, angle = 0): string =>
  group(content, x, y, scaleX, scaleY, angle) + group(content, -x, y, -scaleX, scaleY, angle);

/** Parses 'x,y x,y ...' and scales x. */
export const points = (text: string, scale = 1): Point[] =>
  text.split(' ').map((pair): Point => [Number(pair.split(',')[0]) * scale, Number(pair.split(',')[1])]);

/** Both sides of the y axis. `text` has the points of the right side, from top to bottom. */
export const symmetric = (text: string, scale = 1): Point[] =>
  points(text, scale).concat(points(text, -scale).slice(1, -1).reverse());

/** Path data of the closed Catmull-Rom curve through `corners`. `hair()` is added to every other of its points. */
export function curve(corners: readonly Point[], hair = () => 0): string {
  const coordinate = (step: number, axis: 0 | 1): number => {
    const at = (offset: number) => corners.at(((step >> 3) + offset) % corners.length)![axis];
    const [a, b, c, d, t] = [at(-1), at(0), at(1), at(2), (step % 8) / 8];
    const slope = c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * b - a - 3 * c + d));
    return b + (t * slope) / 2 + (step % 2 && hair());
  };
  return `M${times(corners.length * 8, (step) => svg`${coordinate(step, 0)} ${coordinate(step, 1)} `)}Z`;
}
