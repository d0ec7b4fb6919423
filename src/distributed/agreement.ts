// What the ranks of a group say to each other during a training.

import * as tf from '@tensorflow/tfjs-core';
import type { Group } from '../engine/group/group.js';
import { computedValues } from '../model/computedValues.js';

interface Said<T> {
  /** The rank wants to stop. */
  readonly stop?: true;
  readonly value?: T;
}

/** All ranks stop at the same batch, wherever the signal arrived. */
export class Agreement {
  readonly #stopped = new AbortController();

  /** `wanted`: the signal of this rank. */
  constructor(
    readonly group: Group,
    private readonly wanted: AbortSignal | undefined,
  ) {}

  /** Aborted once all ranks know that one wants to stop. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  /** The values of all ranks; undefined for those that say nothing, which is the fastest. */
  exchange<T>(value?: T): (T | undefined)[] {
    const stop = this.wanted?.aborted;
    const said = exchange<Said<T>>(
      this.group,
      stop || value !== undefined
        ? { ...(stop && { stop }), ...(value !== undefined && { value }) }
        : undefined,
    );
    if (said.some((each) => each?.stop)) this.#stopped.abort();
    return said.map((each) => each?.value);
  }
}

/** The JSON values of all ranks. Their lengths are gathered first: mostly there is nothing to say. */
function exchange<T>(group: Group, own: T | undefined): (T | undefined)[] {
  const bytes = own === undefined ? Buffer.of() : Buffer.from(JSON.stringify(own));
  const lengths = [...gather(group, Float32Array.of(bytes.length))];
  const longest = Math.max(...lengths);
  if (longest === 0) return lengths.map(() => undefined);
  const sent = new Float32Array(longest);
  sent.set(bytes);
  const all = gather(group, sent);
  return lengths.map((length, rank) => {
    const text = Buffer.from(all.subarray(rank * longest, rank * longest + length)).toString();
    return length === 0 ? undefined : (JSON.parse(text) as T);
  });
}

const gather = (group: Group, values: Float32Array): Float32Array =>
  computedValues(() => group.allGather(tf.tensor1d(values)));
