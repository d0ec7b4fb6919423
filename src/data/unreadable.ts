// A picture that can't be used.

/** `message` is a short reason, to stand behind the file's name: "truncated", "empty file". */
export class UnreadablePicture extends Error {
  override readonly name = 'UnreadablePicture';
}
