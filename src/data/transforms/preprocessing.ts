// The preprocessing of an image for the network. Saved in a model's metadata.

/** What becomes of 16-bit grey: clipped at 255 of 65535, as in Pillow, or scaled. The values of `--grey16`. */
export type Grey16 = 'clip' | 'scale';

/** `Resize((size, size))`, `ToTensor()`, `Normalize(mean, std)` of torchvision. */
export interface Preprocessing {
  /** Width and height in pixels. The aspect ratio is not preserved. */
  readonly size: number;
  readonly interpolation: 'bilinear';
  /** Of red, green and blue, for values from 0 to 1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** Default: clip. */
  readonly grey16?: Grey16;
}

/** The preprocessing of torchvision's pretrained weights, with ImageNet's mean and standard deviation. */
export const imageNetPreprocessing: Preprocessing = {
  size: 224,
  interpolation: 'bilinear',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** ImageNet's, with 16-bit grey as chosen. The default adds no key: cached features and models stay as they were. */
export const preprocessingOf = ({ grey16 }: { readonly grey16?: Grey16 }): Preprocessing =>
  grey16 === 'scale' ? { ...imageNetPreprocessing, grey16 } : imageNetPreprocessing;
