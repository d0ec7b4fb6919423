// The kernels of the first convolution.

import { type Html, html } from '../html.js';
import type { ReportData } from '../reportData.js';
import { section } from '../table.js';

export function filtersSection({ filters }: ReportData): Html | undefined {
  if (!filters) return undefined;
  const { image, width, height, count } = filters;
  return section(
    'filters',
    'First-layer filters',
    html`<figure class="card filters">
<img src="${image}" width="${width}" height="${height}" alt="The ${count} kernels of the first convolution as small images, side by side.">
<figcaption>The ${count} kernels of the first convolution, 11 × 11 pixels each, as RGB images; each is scaled from its smallest weight to its largest. Kernels pretrained on ImageNet show edges, stripes and spots of colour; kernels trained from scratch are still noise after a few epochs.</figcaption>
</figure>
`,
  );
}
