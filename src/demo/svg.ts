// Writing SVG: elements, shared definitions with ids unique in one document, gradients.

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** The definitions (gradients, clips, filters) of one document. */
export interface Sheet {
  /** Adds a definition; returns the `url(#id)` that refers to it. */
  define(name: string, attributes: Attributes, ...children: string[]): string;
  /** The `<defs>` element. */
  definitions(): string;
}

/** One decimal is a tenth of a pixel or less here; more would only make the document longer. */
const short = (value: number): number => Math.round(value * 10) / 10;

/** A template whose numbers are rounded: rounded`M${x} ${y}`. Texts stay as they are. */
export const rounded = (texts: TemplateStringsArray, ...values: (number | string)[]): string =>
  String.raw({ raw: texts }, ...values.map((value) => (typeof value === 'number' ? short(value) : value)));

export function element(name: string, attributes: Attributes, ...children: string[]): string {
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    tag += ` ${key}="${typeof value === 'number' ? Math.round(value * 100) / 100 : value}"`;
  }
  return children.length === 0 ? `${tag}/>` : `${tag}>${children.join('')}</${name}>`;
}

export function newSheet(): Sheet {
  const definitions: string[] = [];
  return {
    define(name, attributes, ...children) {
      const id = `d${definitions.length + 1}`;
      definitions.push(element(name, { id, ...attributes }, ...children));
      return `url(#${id})`;
    },
    definitions: () => element('defs', {}, ...definitions),
  };
}

/** The stops of a gradient: its colours, evenly spaced. */
const stops = (colours: readonly string[]): string[] =>
  colours.map((colour, i) => element('stop', { offset: i / (colours.length - 1), 'stop-color': colour }));

/** From (x1, y1) to (x2, y2), as shares of a shape's box. */
export type Direction = readonly [x1: number, y1: number, x2: number, y2: number];

/** A gradient over the painted shape's box; downwards if not told. */
export function linear(
  sheet: Sheet,
  colours: readonly string[],
  direction: Direction = [0, 0, 0, 1],
): string {
  const [x1, y1, x2, y2] = direction;
  return sheet.define('linearGradient', { x1, y1, x2, y2 }, ...stops(colours));
}

/** A gradient over the painted shape's box around (cx, cy) with radius r, 0..1. */
export function radial(
  sheet: Sheet,
  colours: readonly string[],
  { cx = 0.5, cy = 0.5, r = 0.5 }: { cx?: number; cy?: number; r?: number } = {},
): string {
  return sheet.define('radialGradient', { cx, cy, r }, ...stops(colours));
}

/** Another copy of a definition. */
export const use = (reference: string, attributes: Attributes = {}): string =>
  element('use', { href: reference.slice('url('.length, -1), ...attributes });

export const group = (attributes: Attributes, ...children: string[]): string =>
  children.join('') === '' ? '' : element('g', attributes, ...children);

export const path = (d: string, attributes: Attributes): string => element('path', { d, ...attributes });

export const ellipse = (cx: number, cy: number, rx: number, ry: number, attributes: Attributes): string =>
  element('ellipse', { cx: short(cx), cy: short(cy), rx: short(rx), ry: short(ry), ...attributes });

/** Strokes are open lines with round ends. */
export const stroke = (d: string, colour: string, width: number, attributes: Attributes = {}): string =>
  path(d, { fill: 'none', stroke: colour, 'stroke-width': width, 'stroke-linecap': 'round', ...attributes });
