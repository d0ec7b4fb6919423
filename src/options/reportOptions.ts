// The options of `alexft report`.

import { engineOptions } from './engineOptions.js';
import { flag, text, type Values } from './option.js';

export const reportOptions = {
  out: text({
    flag: '--out',
    placeholder: '<file>',
    help: 'where the report goes',
    default: undefined,
    defaultText: 'report.html in the run’s folder',
  }),
  data: text({
    flag: '--data',
    placeholder: '<dir>',
    help: 'where the run’s images are now',
    default: undefined,
    defaultText: 'where they were',
  }),
  val: text({
    flag: '--val',
    placeholder: '<dir>',
    help: 'where its validation images are now, of a run that had a folder of them',
    default: undefined,
    defaultText: 'where they were',
  }),
  noCheck: flag({
    flag: '--no-check',
    help: 'don’t decode every image for the audit: quicker, and it tells less',
    default: false,
  }),
  ...engineOptions,
};

export type ReportOptions = Values<typeof reportOptions>;
