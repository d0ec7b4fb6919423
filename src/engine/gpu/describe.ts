// Parses TensorFlow's log about GPUs.

/** The GPU that computes. */
export interface Gpu {
  /** `NVIDIA GeForce RTX 3060` */
  readonly name: string;
  /** Bytes of its memory that TensorFlow may use. */
  readonly memory: number;
  /** `8.6` */
  readonly computeCapability: string;
}

/**
 * The GPU in TensorFlow's log:
 * `Created device /job:localhost/replica:0/task:0/device:GPU:0 with 10057 MB memory:  -> device: 0, name: NVIDIA
 * GeForce RTX 3060, pci bus id: 0000:01:00.0, compute capability: 8.6`
 */
export function gpuInLog(log: string): Gpu | undefined {
  const form =
    /Created device \S*GPU:0 with (\d+) MB memory:\s*-> device: \d+, name: (.+?), pci bus id: \S+, compute capability: (\d+\.\d+)/;
  const [, megabytes, name, computeCapability] = form.exec(log) ?? [];
  if (!name || !computeCapability) return undefined;
  return { name, memory: Number(megabytes) * 2 ** 20, computeCapability };
}

/** Lines of TensorFlow's log that explain why it has no GPU, without timestamps and source positions, deduplicated. */
export function complaintsInLog(log: string): string[] {
  const relevant =
    /cuInit|Cannot dlopen|Could not load dynamic library|Could not find cuda|driver version|compute capability|kernel driver|Ignoring visible gpu|CUDA Runtime error|what\(\):/i;
  const lines = log
    .split('\n')
    .filter((line) => relevant.test(line) && !/Successfully opened|Created device/.test(line))
    .map((line) =>
      line
        .replace(/^[IWEF]\d{4} [\d:.]+\s+\d+ \S+\] /, '')
        .replace(/; LD_LIBRARY_PATH:.*/, '')
        .trim(),
    )
    .map((line) => (line.length > 300 ? `${line.slice(0, 300)}...` : line));
  return [...new Set(lines)];
}
