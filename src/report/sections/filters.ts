// The first layer's kernels.

import { type Html, html } from '../html.js';
import type { ReportData } from '../reportData.js';
import { section } from '../table.js';

export function filtersSection({ filters }: ReportData): Html | undefined {
  if (!filters) return undefined;
  const { image, width, height, count } = filters;
  return section(
    'filters',
    'What the first layer looks for',
    html`<figure class="card filters">
<img src="${image}" width="${width}" height="${height}" alt="The ${count} kernels of the first convolution as small images, side by side.">
<figcaption>The ${count} kernels of the first convolution, 11 x 11 pixels each, in the colours that they look for; each is stretched from its least weight to its greatest. Edges, stripes and spots of colour are what ImageNet taught; noise is what a training from scratch leaves after few epochs.</figcaption>
</figure>
`,
  );
}
