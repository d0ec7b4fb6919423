// What kinds of weights there are, in words. Types alone: a program that imports them needs no other types.

/**
 * `torch`: what torch.save writes since 1.6, a zip. `torch-old`: what it wrote from 0.1.10 on. `torch-tar`: before, as
 * torchvision's first file of AlexNet is.
 */
export type CheckpointFormat = 'safetensors' | 'torch' | 'torch-old' | 'torch-tar';

/** Weights that can be asked for by name (namedWeights.ts). */
export type WeightsName = 'imagenet' | 'imagenet-features';
