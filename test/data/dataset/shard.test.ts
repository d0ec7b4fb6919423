import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../../dist/core/errors.js';
import { inShard, shardOf } from '../../../dist/data/dataset/shard.js';

const refused = (text: string, environment: NodeJS.ProcessEnv, message: RegExp) =>
  assert.throws(
    () => shardOf(text, environment),
    (error: unknown) => error instanceof UserError && error.exitCode === 2 && message.test(error.message),
  );

const slurm = (id: number, min: number, max: number, step: number, count: number) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_STEP: String(step),
  SLURM_ARRAY_TASK_COUNT: String(count),
});

test('the shards are disjoint, complete and in order, and differ by at most one image', () => {
  for (const length of [0, 1, 7, 100, 2000]) {
    const images = Array.from({ length }, (_, i) => i);
    for (const count of [1, 2, 3, 8, 150]) {
      const shards = Array.from({ length: count }, (_, index) => inShard(images, { index, count }));
      assert.deepEqual(shards.flat(), images);
      const sizes = shards.map((shard) => shard.length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
    }
  }
});

test('I/N counts from 1', () => {
  assert.deepEqual(shardOf('1/8', {}), { index: 0, count: 8 });
  assert.deepEqual(shardOf('8/8', {}), { index: 7, count: 8 });
  for (const text of ['0/8', '2', '1/0', '-1/3', '1/2/3', 'auto/', '1.5/2', ' 1/2', 'x']) {
    refused(text, {}, /Expected I\/N, auto or auto\/N for --shard/);
  }
  refused('9/8', {}, /shard 9 of 8, which does not exist/);
});

test('auto: a Slurm job array from any number and with any step', () => {
  assert.deepEqual(shardOf('auto', slurm(0, 0, 3, 1, 4)), { index: 0, count: 4 });
  assert.deepEqual(shardOf('auto', slurm(7, 1, 7, 2, 4)), { index: 3, count: 4 });
  assert.deepEqual(shardOf('auto/9', slurm(3, 1, 4, 1, 4)), { index: 2, count: 9 });
  refused('auto', slurm(5, 1, 9, 1, 3), /3 tasks from 1 to 9, which are not evenly spaced/);
  refused('auto', { SLURM_ARRAY_TASK_ID: '1' }, /Expected a number in SLURM_ARRAY_TASK_MIN but found ''/);
});

test('auto/N: a Kubernetes indexed job, which does not say N', () => {
  assert.deepEqual(shardOf('auto/5', { JOB_COMPLETION_INDEX: '4' }), { index: 4, count: 5 });
  refused('auto/5', { JOB_COMPLETION_INDEX: '5' }, /shard 6 of 5, which does not exist/);
  refused('auto', { JOB_COMPLETION_INDEX: '4' }, /does not say how many completions/);
});

test('auto: neither, or both', () => {
  refused('auto', {}, /neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX/);
  refused('auto', { ...slurm(0, 0, 3, 1, 4), JOB_COMPLETION_INDEX: '0' }, /both/);
});
