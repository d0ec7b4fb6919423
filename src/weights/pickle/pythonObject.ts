// A stand-in for anything of Python that a pickle refers to and that is not needed. It does nothing.

/** An object that the BUILD instruction completes, like `__setstate__` in Python. */
export interface Buildable {
  setState(state: unknown): void;
}

/** A function, class or instance of Python, as the pickle describes it. Nothing is imported or called. */
export class PythonObject implements Buildable {
  /** The argument of BUILD: the attributes in a Map, or anything else. */
  state: unknown;
  #list: unknown[] | undefined;
  #dict: Map<unknown, unknown> | undefined;

  constructor(
    /** Of the function or class: `argparse.Namespace`. */
    readonly name: string,
    /** Of the call that returned the instance. */
    readonly args: readonly unknown[] = [],
  ) {}

  setState(state: unknown): void {
    this.state = state;
  }

  /** The items of an instance of a subclass of list or set. */
  get list(): unknown[] {
    this.#list ??= [];
    return this.#list;
  }

  /** The items of an instance of a subclass of dict. */
  get dict(): Map<unknown, unknown> {
    this.#dict ??= new Map();
    return this.#dict;
  }

  /** Everything that it refers to. */
  get parts(): unknown[] {
    return [this.state, this.#dict, this.#list, this.args];
  }
}
