import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuPrecisions, gpuPrecisions, requirePrecision } from '../../dist/engine/precision.js';
import { firstProcessor } from '../../dist/engine/recipes/processor.js';

const cpuinfo = (flags: string) => `processor\t: 0\nmodel name\t: A CPU\nflags\t\t: fpu avx2 ${flags}\n\n`;

const of = (text: string) => cpuPrecisions(firstProcessor(text));

test('a CPU computes in bfloat16 if it multiplies in it', () => {
  for (const flag of ['avx512_bf16', 'amx_bf16', 'avx_ne_convert']) {
    assert.deepEqual(of(cpuinfo(`avx512f ${flag}`)), ['float32', 'bfloat16']);
  }
  assert.deepEqual(of('processor: 0\nFeatures\t: fp asimd bf16\n'), ['float32', 'bfloat16']);
  for (const text of [cpuinfo('avx512f'), cpuinfo('xavx512_bf16'), 'model: bf16', '']) {
    assert.deepEqual(of(text), ['float32'], text);
  }
});

test('a GPU before Ampere computes in float32 only', () => {
  assert.deepEqual(gpuPrecisions('7.5'), ['float32']);
  for (const known of ['8.0', '9.0', '12.0', undefined]) {
    assert.deepEqual(gpuPrecisions(known), ['float32', 'tf32', 'bfloat16']);
  }
});

test('a missing precision is an error that names the available ones', () => {
  assert.throws(() => requirePrecision('bfloat16', 'this CPU', ['float32']), {
    name: 'UserError',
    exitCode: 4,
    message: '--precision bfloat16 is not available on this CPU, which computes in float32.',
    hint: 'Use --precision float32.',
  });
  assert.throws(() => requirePrecision('tf32', 'this CPU', ['float32', 'bfloat16']), {
    exitCode: 4,
    hint: 'Use --precision bfloat16, or a GPU: TF32 is a format of NVIDIA GPUs.',
  });
  requirePrecision('float32', 'this CPU', ['float32']);
});
