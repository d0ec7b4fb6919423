// What the server and the engine's process send each other.

import type { Context } from '../core/context.js';
import type { ExitCode } from '../core/errors.js';
import type { Preprocessing } from '../data/transforms/preprocessing.js';
import type { Device } from '../engine/device.js';
import type { Precision } from '../engine/precision.js';
import type { ImageAnswer } from '../inference/predictResult.js';

/** How the engine's process opens its predictor: the value of its only argument, as JSON. */
export interface EngineSettings {
  /** A path. */
  readonly model: string;
  readonly device: Device;
  readonly threads: number | undefined;
  readonly workers: number | undefined;
  readonly precision: Precision;
  readonly noSetup: boolean;
  readonly batchSize: number;
  readonly maxPixels: number;
  readonly hideNativeLog: boolean;
}

/** The opened model and what computes it. */
export interface ServedModel {
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
  /** Of the model file, in hexadecimal. */
  readonly sha256: string;
  readonly device: string;
  /** For display. */
  readonly engine: string;
}

export interface EngineImage {
  readonly bytes: Uint8Array;
  /** Whether to compute the Grad-CAM of the predicted class. */
  readonly explain: boolean;
}

export type EngineAnswer = ImageAnswer & {
  /** [side, side], row-major, from 0 to 1. */
  readonly heat?: { readonly side: number; readonly values: readonly number[] };
};

/** To the engine's process: one batch at a time, once it is ready. */
export interface EngineRequest {
  readonly images: readonly EngineImage[];
}

/** From the engine's process. */
export type EngineMessage =
  | { readonly kind: 'ready'; readonly model: ServedModel }
  | { readonly kind: 'answers'; readonly answers: readonly EngineAnswer[] }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'progress'; readonly progress: Parameters<Context['onProgress']> }
  | {
      /** A UserError. */
      readonly kind: 'failed';
      readonly message: string;
      readonly hint: string | undefined;
      readonly exitCode: ExitCode;
    };
