// What `predict` gives. In a file of its own: a program that imports alexft's types needs none of the engine's.

export type ImageAnswer =
  | {
      readonly label: string;
      readonly probability: number;
      /** Of every class. */
      readonly probabilities: Readonly<Record<string, number>>;
      /** Present where `probability` is below --min-probability. */
      readonly unsure?: true;
    }
  | { readonly error: string };

/** `file`: as it was given, or as it was found in a folder that was. */
export type ImageResult = { readonly file: string } & ImageAnswer;

/** What --explain drew. */
export interface Explanation {
  readonly file: string;
  /** How many images are on it. */
  readonly pictures: number;
}
