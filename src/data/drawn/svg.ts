// Writing SVG: elements, shared definitions with ids unique in one document, gradients.

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** [offset 0..1, colour, opacity 0..1 (1)] */
export type Stop = readonly [offset: number, colour: string, opacity?: number];

/** The definitions (gradients, clips, filters) of one document. */
export interface Sheet {
  /** Adds a definition; returns the `url(#id)` that refers to it. */
  define(name: string, attributes: Attributes, ...children: string[]): string;
  /** The `<defs>` element. */
  definitions(): string;
}

/** One decimal is a tenth of a pixel or less here; more would only make the document longer. */
export const short = (value: number): number => Math.round(value * 10) / 10;

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

const stopElements = (stops: readonly Stop[]): string[] =>
  stops.map(([offset, colour, opacity]) =>
    element('stop', { offset, 'stop-color': colour, 'stop-opacity': opacity }),
  );

/** A gradient over the painted shape's box, from (x1, y1) to (x2, y2), 0..1. */
export function linear(
  sheet: Sheet,
  stops: readonly Stop[],
  [x1, y1, x2, y2]: readonly [number, number, number, number] = [0, 0, 0, 1],
): string {
  return sheet.define('linearGradient', { x1, y1, x2, y2 }, ...stopElements(stops));
}

/** A gradient over the painted shape's box around (cx, cy) with radius r, 0..1. */
export function radial(
  sheet: Sheet,
  stops: readonly Stop[],
  { cx = 0.5, cy = 0.5, r = 0.5 }: { cx?: number; cy?: number; r?: number } = {},
): string {
  return sheet.define('radialGradient', { cx, cy, r }, ...stopElements(stops));
}

export const group = (attributes: Attributes, ...children: string[]): string =>
  children.join('') === '' ? '' : element('g', attributes, ...children);

export const path = (d: string, attributes: Attributes): string => element('path', { d, ...attributes });

export const ellipse = (cx: number, cy: number, rx: number, ry: number, attributes: Attributes): string =>
  element('ellipse', { cx: short(cx), cy: short(cy), rx: short(rx), ry: short(ry), ...attributes });

/** Strokes are open lines with round ends. */
export const stroke = (d: string, colour: string, width: number, attributes: Attributes = {}): string =>
  path(d, { fill: 'none', stroke: colour, 'stroke-width': width, 'stroke-linecap': 'round', ...attributes });
