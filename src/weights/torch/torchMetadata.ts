// alexft's own words in a .pth: what safetensors keeps in its header (classes, preprocessing, ...) has no place in a
// state dict, so it is an entry of the zip that torch.load, which asks for entries by name, never sees.

import { longestHeader } from '../safetensors/safetensorsHeader.js';

/** The entry, beside data.pkl: JSON, an object of strings. */
export const metadataEntry = 'alexft.json';

/** As much as a safetensors file holds, in bytes. */
export const longestMetadata = longestHeader;

export const packMetadata = (metadata: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(JSON.stringify(metadata));

/** Undefined where the bytes are not what packMetadata makes: files are data, and may have been written by anyone. */
export function unpackMetadata(bytes: Uint8Array): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const areStrings = Object.values(value).every((each) => typeof each === 'string');
    return areStrings ? (value as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
}
