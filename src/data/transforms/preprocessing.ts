// The preprocessing of an image for the network. Saved in a model's metadata.

/** `Resize((size, size))`, `ToTensor()`, `Normalize(mean, std)` of torchvision. */
export interface Preprocessing {
  /** Width and height in pixels. The aspect ratio is not preserved. */
  readonly size: number;
  readonly interpolation: 'bilinear';
  /** Of red, green and blue, for values from 0 to 1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** The preprocessing of torchvision's pretrained weights, with ImageNet's mean and standard deviation. */
export const imageNetPreprocessing: Preprocessing = {
  size: 224,
  interpolation: 'bilinear',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};
