// The options of `alexft report`.

import { engineOptions } from './engineOptions.js';
import type { Values } from './option.js';
import { flag, text } from './optionKinds.js';

export const reportOptions = {
  out: text({
    flag: '--out',
    placeholder: '<file>',
    group: 'Main options',
    help: 'file to write',
    default: undefined,
    defaultText: "report.html in the run's folder",
  }),
  data: text({
    flag: '--data',
    placeholder: '<dir>',
    group: 'Main options',
    help: "folder of the run's images, if they have moved",
    default: undefined,
    defaultText: 'as recorded in the run',
  }),
  val: text({
    flag: '--val',
    placeholder: '<dir>',
    group: 'Main options',
    help: 'folder of its validation images, if the run had --val and they have moved',
    default: undefined,
    defaultText: 'as recorded in the run',
  }),
  force: flag({
    flag: '--force',
    group: 'Main options',
    help: 'replace an existing report even if images of the run are missing',
    default: false,
  }),
  noCheck: flag({
    flag: '--no-check',
    group: 'Main options',
    help: 'skip decoding every image for the audit: faster, less complete',
    default: false,
  }),
  ...engineOptions,
};

export type ReportOptions = Values<typeof reportOptions>;
