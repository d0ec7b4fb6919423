// What is done to an image before the network sees it. Travels with a model, in its metadata.

/** `Resize((size, size))`, `ToTensor()`, `Normalize(mean, std)` of torchvision: the notebook's transforms. */
export interface Preprocessing {
  /** Both sides, in pixels: the image is squashed to a square, as the notebook does. */
  readonly size: number;
  readonly interpolation: 'bilinear';
  /** For red, green and blue, on values from 0 to 1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** The mean and standard deviation of ImageNet, which torchvision's weights were trained with. */
export const imageNetPreprocessing: Preprocessing = {
  size: 224,
  interpolation: 'bilinear',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};
