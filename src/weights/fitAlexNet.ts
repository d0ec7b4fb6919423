// Infers the widths and the number of classes of an AlexNet from the shapes in a state dict.

import { UserError } from '../core/errors.js';
import { alexNet, alexNetWidths, headName, type Widths } from '../model/alexnet.js';
import { parameterShapes } from '../model/layers.js';
import { matchStateDict, type Shapes } from './match.js';

export interface Fit {
  readonly widths: Widths;
  /** Undefined without a classifier. */
  readonly classes: number | undefined;
  /** The missing parameters: none, or those of the whole classifier. */
  readonly missing: readonly string[];
}

/** Throws a data error (exit 3) that lists the parameters that don't fit an AlexNet. `file`: for error messages. */
export function fitAlexNet(tensors: Shapes, file: string): Fit {
  const outputs = (layer: string) => tensors.get(`${layer}.weight`)?.shape[0] || undefined;
  const [c0, c1, c2, c3, c4] = alexNetWidths.convolutions;
  const [h0, h1] = alexNetWidths.hidden;
  const widths: Widths = {
    convolutions: [
      outputs('features.0') ?? c0,
      outputs('features.3') ?? c1,
      outputs('features.6') ?? c2,
      outputs('features.8') ?? c3,
      outputs('features.10') ?? c4,
    ],
    hidden: [outputs('classifier.1') ?? h0, outputs('classifier.4') ?? h1],
  };
  const classes = outputs(headName);
  const layers = alexNet({ classes: classes ?? 1, widths });
  const { fresh } = matchStateDict(new Map(layers.flatMap(parameterShapes)), tensors, file);
  return { widths, classes: fresh.length > 0 ? undefined : classes, missing: fresh };
}

/** Like fitAlexNet, but returns the error. */
export function fitOrMisfit(tensors: Shapes, file: string): Fit | UserError {
  try {
    return fitAlexNet(tensors, file);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

export const isFullWidth = ({ convolutions, hidden }: Widths): boolean =>
  String([convolutions, hidden]) === String([alexNetWidths.convolutions, alexNetWidths.hidden]);
