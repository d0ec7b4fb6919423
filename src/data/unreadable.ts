// An image that can't be used.

/** `message` is a short reason, to stand behind the file's name: "truncated", "empty file". */
export class UnreadableImage extends Error {
  override readonly name = 'UnreadableImage';
}
