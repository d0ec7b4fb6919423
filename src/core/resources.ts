// Resources that one owner closes together. (Node's own AsyncDisposableStack needs Node 24.)

export class Resources implements AsyncDisposable {
  readonly #closers: (() => unknown)[] = [];

  /** `close` runs when the owner is closed; the last one added runs first. */
  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Closes everything, also after a failure, which is thrown at the end. A second call does nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }
}
