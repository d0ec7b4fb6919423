// The options of `alexft export`.

import { type TargetName, targetNames } from '../export/target.js';
import { engineOptions } from './engineOptions.js';
import { classNamesOption } from './modelOptions.js';
import { choice, flag, type Values } from './option.js';

const { device, threads, noSetup } = engineOptions;

export const exportOptions = {
  to: choice<TargetName>(targetNames, {
    flag: '--to',
    group: 'Main options',
    help: 'format to export',
    default: undefined,
    defaultText: "by OUT's extension: .onnx, .pth or .pt",
  }),
  input: choice(['float32', 'uint8'], {
    flag: '--input',
    group: 'Main options',
    help: 'input of the exported model: float32, normalized; or uint8, RGB bytes [n, 224, 224, 3] that it normalizes',
    default: 'float32',
  }),
  logits: flag({
    flag: '--logits',
    group: 'Main options',
    help: 'output logits instead of probabilities',
    default: false,
  }),
  classes: classNamesOption,
  force: flag({
    flag: '--force',
    group: 'Output',
    help: 'replace an existing file, or the export in a folder',
    default: false,
  }),
  ...{ device, threads, noSetup },
};

export type ExportOptions = Values<typeof exportOptions>;
