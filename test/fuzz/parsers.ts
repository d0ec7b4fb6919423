// Every parser of what comes from outside. To add one, write a file in parsers/ and a line here.

import type { FuzzParser } from './parser.js';
import { foreignFormat } from './parsers/foreignFormat.js';
import { bmp, image, imageHeaders, netpbm } from './parsers/images.js';
import { configFile, featureList, savedState } from './parsers/json.js';
import { numpyPickle } from './parsers/numpyPickle.js';
import { pickle } from './parsers/pickle.js';
import { safetensors } from './parsers/safetensors.js';
import { torchOld, torchZip } from './parsers/torch.js';

export const parsers: readonly FuzzParser[] = [
  safetensors,
  pickle,
  numpyPickle,
  torchZip,
  torchOld,
  foreignFormat,
  bmp,
  netpbm,
  imageHeaders,
  image,
  savedState,
  featureList,
  configFile,
];
