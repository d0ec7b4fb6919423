// The error for an image that can't be used.

/** `message` is a short reason that can follow a file name, such as "truncated" or "empty file". */
export class UnreadableImage extends Error {
  override readonly name = 'UnreadableImage';
}
