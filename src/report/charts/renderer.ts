// The untyped edge: ECharts (bundled by scripts/build.mjs, so that none of it need be installed) draws a chart as SVG,
// in Node. What comes out is made fit for a page without scripts, inline styles or colours of its own.

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
 * The chart that `option` describes, in ECharts' terms, as an <svg> that fills its place. Colours have to be CSS
 * variables, `var(--ink)`, which the page's style gives a value in light and in dark; texts have to be this program's
 * own. `id` has to be the page's only one.
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

/** Without styles (the page's policy forbids them), events, and numbers that count the charts of this process. */
const plainSvg = (svg: string, id: string): string =>
  svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:style|class|pointer-events|ecmeta_\w+|xmlns:xlink|version|baseProfile)="[^"]*"/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, '<svg')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/\n+/g, '\n');
