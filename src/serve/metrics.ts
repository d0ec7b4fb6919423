// Counters in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats), version 0.0.4.

/** Upper bounds of the latency histogram, in seconds. */
const bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

interface Histogram {
  /** One per bound, cumulative. */
  readonly buckets: number[];
  count: number;
  sum: number;
}

/** What the server counts elsewhere. */
export interface Gauges {
  readonly batches: number;
  readonly queue: number;
  readonly ready: boolean;
  readonly restarts: number;
}

export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #seconds = new Map<string, Histogram>();
  readonly #images = { predicted: 0, unreadable: 0, collected: 0 };

  image(outcome: 'predicted' | 'unreadable' | 'collected'): void {
    this.#images[outcome] += 1;
  }

  /** `path`: of a route, not of the request, as labels must be few. */
  request(path: string, status: number, seconds: number): void {
    const labels = `path="${path}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
    const histogram = this.#seconds.get(path) ?? { buckets: bounds.map(() => 0), count: 0, sum: 0 };
    this.#seconds.set(path, histogram);
    bounds.forEach((bound, index) => {
      if (seconds <= bound) histogram.buckets[index]! += 1;
    });
    histogram.count += 1;
    histogram.sum += seconds;
  }

  text({ batches, queue, ready, restarts }: Gauges): string {
    const histogram = [...this.#seconds].flatMap(([path, { buckets, count, sum }]) => [
      ...bounds.map((bound, index) => `_bucket{path="${path}",le="${bound}"} ${buckets[index]}`),
      `_bucket{path="${path}",le="+Inf"} ${count}`,
      `_sum{path="${path}"} ${sum}`,
      `_count{path="${path}"} ${count}`,
    ]);
    const requests = [...this.#requests].map(([labels, count]) => `{${labels}} ${count}`);
    const images = Object.entries(this.#images).map(([outcome, count]) => `{outcome="${outcome}"} ${count}`);
    return [
      family('requests_total', 'counter', 'Requests by path and status.', requests),
      family(
        'request_seconds',
        'histogram',
        'Seconds from the header to the end of the response.',
        histogram,
      ),
      family('images_total', 'counter', 'Images by outcome.', images),
      family('batches_total', 'counter', 'Batches that were computed.', [` ${batches}`]),
      family('queue_images', 'gauge', 'Images that wait for the engine.', [` ${queue}`]),
      family('engine_ready', 'gauge', '1 if the engine is ready.', [` ${Number(ready)}`]),
      family('engine_restarts_total', 'counter', 'Restarts of the engine.', [` ${restarts}`]),
      family('server_memory_bytes', 'gauge', 'Resident memory of the server without the engine.', [
        ` ${process.memoryUsage.rss()}`,
      ]),
    ].join('');
  }
}

const family = (name: string, type: string, help: string, samples: readonly string[]): string =>
  [
    `# HELP alexft_${name} ${help}`,
    `# TYPE alexft_${name} ${type}`,
    ...samples.map((sample) => `alexft_${name}${sample}`),
    '',
  ].join('\n');
