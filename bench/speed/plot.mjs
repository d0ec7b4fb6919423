// A line chart as an SVG file, for documents: drawn by the library that draws the reports.

import { writeFile } from 'node:fs/promises';
import * as echarts from 'echarts';

/** Read on white and on black, as a page of a forge may be either. */
const colours = ['#2f7ed8', '#d9822b', '#3d9970', '#b0489b'];
const ink = '#808080';

/** `lines` has [x, y] pairs by the name of a line. */
export async function plot(file, { title, axis, logarithmic = false, lines }) {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 360 });
  const text = { color: ink };
  const rule = { lineStyle: { color: ink, opacity: 0.3 } };
  chart.setOption({
    animation: false,
    color: colours,
    title: { text: title, top: 4, textStyle: { ...text, fontSize: 15 } },
    // Room beside each name: how wide a reader's font is, is not known here.
    legend: { bottom: 4, itemGap: 36, textStyle: text },
    grid: { left: 60, right: 24, top: 44, bottom: 84 },
    xAxis: {
      // Named values, evenly apart: doublings, or steps of ten.
      type: 'category',
      data: lines[Object.keys(lines)[0]].map(([x]) => x.toLocaleString('en')),
      name: logarithmic ? `${axis} (not to scale)` : axis,
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: text,
      axisLabel: text,
    },
    yAxis: { type: 'value', min: 0, axisLabel: text, splitLine: rule },
    series: Object.entries(lines).map(([name, points]) => ({
      type: 'line',
      name,
      data: points.map(([, y]) => y),
    })),
  });
  await writeFile(file, `${chart.renderToSVGString()}\n`);
  chart.dispose();
}
