// The preprocessing of an image for the network. Saved in a model's metadata.

/** What becomes of 16-bit grey: clipped at 255 of 65535, as in Pillow, or scaled. The values of `--grey16`. */
export type Grey16 = 'clip' | 'scale';

/**
 * `Resize((size, size))`, `ToTensor()`, `Normalize(mean, std)` of torchvision; with `shorterSide`,
 * `Resize(shorterSide)` and `CenterCrop(size)` instead of the first.
 */
export interface Preprocessing {
  /** Width and height of the network's images in pixels. */
  readonly size: number;
  /** In pixels, before the crop. Default: the whole image is resized, without its aspect ratio. */
  readonly shorterSide?: number;
  readonly interpolation: 'bilinear';
  /** Of red, green and blue, for values from 0 to 1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** Default: clip. */
  readonly grey16?: Grey16;
  /** Whether images are rotated by their EXIF orientation. Default: false. */
  readonly exif?: boolean;
}

/** The shorter side for images of 224 pixels, as ImageNet's weights were evaluated. */
export const imageNetShorterSide = 256;

/** The preprocessing of torchvision's pretrained weights, with ImageNet's mean and standard deviation. */
export const imageNetPreprocessing: Preprocessing = {
  size: 224,
  interpolation: 'bilinear',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** The values of the options `--grey16`, `--resize` and `--exif`. */
export interface PreprocessingOptions {
  readonly grey16?: Grey16;
  readonly resize?: 'squash' | 'crop';
  readonly exif?: boolean;
}

/** ImageNet's, with the given options. A default adds no key: cached features and models stay as they were. */
export const preprocessingOf = ({ grey16, resize, exif }: PreprocessingOptions): Preprocessing => ({
  ...imageNetPreprocessing,
  ...(grey16 === 'scale' && { grey16 }),
  ...(resize === 'crop' && { shorterSide: imageNetShorterSide }),
  ...(exif && { exif }),
});
