// Reference values from PyTorch and Pillow. scripts/doctorFigures.py computes figures.json.

import { createRequire } from 'node:module';
import type { Summary } from './projections.js';

export interface Figures {
  readonly versions: { readonly torch: string; readonly pillow: string };
  readonly seeds: Readonly<Record<'network' | 'input' | 'dropout' | 'projection', number>>;
  /** The input is uniform noise from -amplitude to amplitude. */
  readonly amplitude: number;
  readonly labels: readonly number[];
  /** Each optimizer takes one step for each scale, on the scaled gradients. */
  readonly scales: readonly number[];
  /** [n, 2], flattened; in evaluation mode. */
  readonly logits: readonly number[];
  /** In training mode, with dropout. */
  readonly loss: number;
  readonly gradients: readonly Summary[];
  readonly adam: Steps;
  readonly sgd: Steps;
  /** PyTorch's own differences: float32 from float64, or its default layout from channels_last; the larger. */
  readonly spread: Readonly<Record<'logits' | 'loss' | 'gradients' | 'adam' | 'sgd', number>>;
  /** PyTorch's difference with autocast in bfloat16 from without. */
  readonly autocast: Figures['spread'];
  /** A JPEG in base64, and the SHA-256 of Pillow's pixels: decoded [h, w, 3], and resized to [224, 224, 3]. */
  readonly image: { readonly jpeg: string; readonly pixels: string; readonly resized: string };
}

interface Steps {
  readonly options: { readonly lr: number; readonly momentum: number };
  /** How the steps change each parameter. */
  readonly changes: readonly Summary[];
}

export const figures = createRequire(import.meta.url)('./figures.json') as Figures;
