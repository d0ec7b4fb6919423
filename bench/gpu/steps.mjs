// The steps of `npm run gpu`, the most important first. Each returns plain data for gpu.json.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { walkImages } from '../../dist/data/dataset/scan.js';
import { residentMemory } from '../speed/processes.mjs';
import { server } from '../speed/sides.mjs';
import { median } from '../speed/table.mjs';
import { alexft, inEachPrecision, run, unavailable } from './commands.mjs';
import { cachedRowRate, loaderRates } from './inputs.mjs';

const epochs = 3;

/** The epochs of a training: losses, accuracy, seconds. */
async function trained(lab, name, more, options) {
  const out = join(lab.out, 'runs', name);
  const words = ['train', '--data', lab.data, '--cache-limit', '0', '--no-report', '--force', '--out', out];
  const events = await alexft(lab, name, [...words, '--device', lab.device, ...more], options);
  return events
    .filter(({ event }) => event === 'epoch')
    .map(({ loss, valLoss, valAccuracy, seconds }) => ({ loss, valLoss, valAccuracy, seconds }));
}

const weights = ['--weights', 'imagenet-features'];

/** `from`: the step whose run the training starts from; by default ImageNet's convolutions. */
function training(trainable, from) {
  const name = `train-${trainable}`;
  return {
    name,
    title: `a training: ${trainable}`,
    run: (lab) =>
      inEachPrecision((precision) => {
        const start = from ? ['--weights', join(lab.out, 'runs', `${from}-float32`)] : weights;
        const words = ['--trainable', trainable, ...start, '--epochs', String(epochs)];
        return trained(lab, `${name}-${precision}`, [...words, '--precision', precision]);
      }),
  };
}

/** Of the GPU that TensorFlow takes. */
const nvidiaSmi = (query) =>
  spawnSync('nvidia-smi', ['-i', '0', `--query-gpu=${query}`, '--format=csv,noheader,nounits'], {
    encoding: 'utf8',
  }).stdout?.trim();

const largestGap = (one, other, key) =>
  Math.max(...one.map((each, i) => Math.abs(each[key] - other[i][key])));

export const steps = [
  {
    name: 'machine',
    title: 'GPU and driver',
    run: async () => ({ gpu: nvidiaSmi('name,driver_version,memory.total,compute_cap') ?? 'no nvidia-smi' }),
  },
  {
    name: 'doctor',
    title: "doctor: numbers beside PyTorch's, and speed",
    run: (lab) =>
      inEachPrecision(async (precision) => {
        const words = ['doctor', '--device', lab.device, '--precision', precision];
        // Exit code 1: a number is beyond its tolerance, or a check failed.
        const [{ ok, proof, speed }] = await alexft(lab, 'doctor', words, { accepted: [0, 1] });
        return { ok, figures: proof?.figures, speed };
      }),
  },
  {
    name: 'tests',
    title: 'tests of engine, model and training',
    async run(lab) {
      const npm = ['npm', 'test', '--', 'engine/', 'model/', 'training/'];
      const printed = await run(lab, 'tests', npm, {
        // Some tests compare bits, which a GPU's fastest algorithms do not repeat.
        env: { ALEXFT_TEST_NATIVE: lab.device.split(':')[0], TF_DETERMINISTIC_OPS: '1' },
      });
      return { result: printed.trimEnd().split('\n').at(-1) };
    },
  },
  training('classifier'),
  training('all'),
  training('head', 'train-classifier'),
  {
    name: 'repeated',
    title: 'the same training twice: largest difference of an epoch’s loss',
    async run(lab) {
      const words = ['--trainable', 'all', ...weights, '--epochs', String(epochs)];
      const first = lab.results['train-all']?.float32 ?? (await trained(lab, 'repeated-1', words));
      const second = await trained(lab, 'repeated', words);
      return { difference: largestGap(first, second, 'loss') };
    },
  },
  {
    name: 'predict',
    title: 'predictions beside those of the CPU',
    async run(lab) {
      const model = join(lab.out, 'runs', 'train-classifier-float32');
      const words = (...more) => ['predict', lab.data, '--model', model, ...more];
      const own = await alexft(lab, 'predict', words('--device', lab.device));
      // With every GPU hidden, a CUDA build of TensorFlow computes on the CPU.
      const env = { CUDA_VISIBLE_DEVICES: '-1' };
      const other = await alexft(lab, 'predict', words('--device', 'cpu'), { env });
      const pairs = own.map((each, i) => [each, other[i]]).filter(([each]) => each.probabilities);
      return {
        images: pairs.length,
        equalLabels: pairs.filter(([a, b]) => a.label === b.label).length,
        difference: Math.max(...pairs.map(([a, b]) => Math.abs(a.probability - b.probability))),
      };
    },
  },
  {
    name: 'speed',
    title: 'images per second, beside PyTorch in channels_last with fused Adam',
    run: (lab) => inEachPrecision((precision) => speeds(lab, precision)),
  },
  {
    name: 'largest-batch',
    title: 'the largest batch of a training step of all layers',
    async run(lab) {
      let largest;
      for (let batch = 64; batch <= (lab.quick ? 64 : 16384); batch *= 2) {
        try {
          await rate(lab, 'alexft', 'float32', 'step', batch);
        } catch (error) {
          return { largest, failedAt: batch, error: error.message.slice(-300) };
        }
        largest = batch;
      }
      return { largest };
    },
  },
  {
    name: 'memory',
    title: 'memory over 1,000 steps, in MB',
    async run(lab) {
      const images = (await walkImages(lab.data)).files.length;
      const rounds = lab.quick ? 1 : Math.ceil(1000 / Math.ceil((0.9 * images) / 32));
      const samples = await memorySamples(lab, 'memory', rounds);
      const at = (share) => samples[Math.floor(share * (samples.length - 1))];
      const [early, late] = [at(0.3), at(0.95)];
      // TensorFlow's own allocator reserves up to twice of what tensors use, CUDA's about as much.
      const pool = await memorySamples(lab, 'memory-use', 1, { TF_GPU_ALLOCATOR: 'cuda_malloc_async' });
      return {
        process: [early[0], late[0]],
        gpu: [early[1], late[1]],
        gpuWithCudasAllocator: Math.max(...pool.map(([, gpu]) => gpu)),
      };
    },
  },
  {
    name: 'loader',
    title: 'images per second of the loader alone, by threads',
    run: loaderRates,
  },
  {
    name: 'cached-features',
    title: 'rows per second that are read from the feature cache',
    run: cachedRowRate,
  },
];

/** Memory of the process and of the GPU during a training, in MiB. */
async function memorySamples(lab, name, rounds, env) {
  const samples = [];
  const words = ['--trainable', 'all', ...weights, '--batch-size', '32', '--checkpoint-every', '100000'];
  let timer;
  const onStart = ({ pid }) => {
    timer = setInterval(
      () => samples.push([mebibytes(residentMemory(pid)), Number(nvidiaSmi('memory.used'))]),
      500,
    );
  };
  await trained(lab, name, [...words, '--epochs', String(rounds)], { onStart, env }).finally(() =>
    clearInterval(timer),
  );
  return samples;
}

/** Like nvidia-smi's MiB. */
const mebibytes = (bytes) => bytes && Math.round(bytes / 2 ** 20);

/** Images per second of one side, in a process of its own. */
async function rate({ python, device }, side, precision, work, batch) {
  const asked = server(side, { python, device }, { precision });
  try {
    const { seconds } = await asked.ask({ work, batch, count: 5 });
    return batch / median(seconds);
  } finally {
    await asked.close();
  }
}

async function speeds(lab, precision) {
  const rows = [];
  for (const work of ['inference', 'step']) {
    for (const batch of lab.quick ? [32] : [32, 128, 512, 1024]) {
      const failures = {};
      const rateOf = (side) =>
        rate(lab, side, precision, work, batch).catch((error) => {
          if (side === 'alexft' && error.code === unavailable) throw error;
          failures[side] = error.message.slice(-300); // out of memory, perhaps
        });
      const [alexft, pytorch] = [await rateOf('alexft'), await rateOf('best')];
      rows.push({
        ...{ work, batch, alexft, pytorch, ...(alexft && pytorch && { ratio: alexft / pytorch }) },
        ...(Object.keys(failures).length > 0 && { failures }),
      });
    }
  }
  return rows;
}
