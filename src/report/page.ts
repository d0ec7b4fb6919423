// The report page.

import { pageOf } from './document.js';
import type { Html } from './html.js';
import type { ReportData } from './reportData.js';
import { auditSection } from './sections/audit.js';
import { calibrationSection } from './sections/calibration.js';
import { classesSection } from './sections/classes.js';
import { curvesSection } from './sections/curves.js';
import { filtersSection } from './sections/filters.js';
import { galleriesSection } from './sections/galleries.js';
import { overview } from './sections/overview.js';
import { reproduceSection } from './sections/reproduce.js';

const contents: readonly (readonly [string, string, (data: ReportData) => Html | undefined])[] = [
  ['curves', 'Training', curvesSection],
  ['classes', 'Classes', classesSection],
  ['calibration', 'Calibration', calibrationSection],
  ['images', 'Mistakes', galleriesSection],
  ['filters', 'Filters', filtersSection],
  ['data', 'Dataset', auditSection],
  ['reproduce', 'Reproduce', reproduceSection],
];

export function reportPage(data: ReportData): string {
  const sections = contents.flatMap(([id, title, make]) => {
    const section = make(data);
    return section ? [{ id, title, section }] : [];
  });
  const { made, path } = data.run;
  return pageOf({ title: path, kind: 'report', header: overview(data), sections, made });
}
