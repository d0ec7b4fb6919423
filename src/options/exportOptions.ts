// The options of `alexft export`.

import { type Quantization, quantizations } from '../export/quantize.js';
import { type TargetName, targetNames } from '../export/target.js';
import { engineOptions } from './engineOptions.js';
import { classNamesOption, weightsResize } from './modelOptions.js';
import type { Values } from './option.js';
import { choice, flag, number, text } from './optionKinds.js';

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
  quantize: choice<Quantization>(quantizations, {
    flag: '--quantize',
    group: 'Main options',
    help: 'store the weights in fewer bits, for --to web and tfjs: float16, half the size; int8, a quarter',
    default: undefined,
  }),
  maxLoss: number({
    flag: '--max-loss',
    group: 'Main options',
    help: 'percentage points of accuracy that --quantize may lose; otherwise nothing is written',
    min: 0,
    max: 100,
    default: undefined,
    defaultText: '1',
  }),
  data: text({
    flag: '--data',
    placeholder: '<dir>',
    group: 'Main options',
    help: 'images to measure the accuracy of --quantize on: one sub-folder per class',
    default: undefined,
    defaultText: "the run's validation images",
  }),
  classes: classNamesOption,
  resize: weightsResize,
  force: flag({
    flag: '--force',
    group: 'Output',
    help: 'replace an existing file, or the export in a folder',
    default: false,
  }),
  ...{ device, threads, noSetup },
};

export type ExportOptions = Values<typeof exportOptions>;
