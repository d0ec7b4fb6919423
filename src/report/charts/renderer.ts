// Renders charts as SVG with ECharts, which scripts/build.mjs bundles into vendor/. Its types are not used.

import { createRequire } from 'node:module';

interface Chart {
  setOption(option: object): void;
  renderToSVGString(): string;
  dispose(): void;
}

interface ChartsModule {
  init(element: null, theme: null, options: object): Chart;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Renders an ECharts option as an <svg> that fills its container. Colours must be CSS variables of the page's style, as
 * `var(--ink)`; texts must not come from outside. `id` must be unique on the page.
 */
export function renderChart(id: string, { width, height }: Size, option: object, className: string): string {
  const { init } = createRequire(import.meta.url)('../vendor/charts.cjs') as ChartsModule;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return plainSvg(chart.renderToSVGString(), id).replace(
      '<svg',
      `<svg class="${className}" aria-hidden="true"`,
    );
  } finally {
    chart.dispose();
  }
}

/** Removes styles, which the page's policy forbids, event attributes, and identifiers that count charts per process. */
const plainSvg = (svg: string, id: string): string =>
  svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:style|class|pointer-events|ecmeta_\w+|xmlns:xlink|version|baseProfile)="[^"]*"/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, '<svg')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/\n+/g, '\n');
