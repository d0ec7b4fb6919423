// Tests of the CUDA engine (after alexft setup --device cuda) that need no GPU. A fake driver in C reports one, so that
// TensorFlow loads NVIDIA's libraries.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UserError } from '../../../dist/core/errors.js';
import { readGpuFacts } from '../../../dist/engine/gpu/facts.js';
import { checkLibraries, whyNotLoaded } from '../../../dist/engine/gpu/libraryCheck.js';
import { locateEngine } from '../../../dist/engine/install/locate.js';
import { testEngine } from '../../../dist/engine/install/probe.js';
import { findCuda, openCuda } from '../../../dist/engine/openCuda.js';
import { extractedFiles } from '../../../dist/engine/recipes/recipe.js';
import { recipes } from '../../../dist/engine/recipes/recipes.js';
import { root, setEnvironment, temporaryFolder } from '../../support.js';

const recipe = recipes.find(({ device }) => device === 'cuda')!;
const engine = locateEngine('cuda');
const withoutCuda = engine ? false : 'the CUDA engine is not set up';
const withoutGpu = existsSync('/dev/nvidia0') || existsSync('/dev/dxg') ? 'there is a GPU' : false;
const noCompiler = spawnSync('gcc', ['--version']).status === 0 ? false : 'no gcc';

/**
 * The libraries that TensorFlow 2.21 loads by name before it uses a GPU, in this order, and those that they load in
 * turn. TensorFlow ignores all GPUs if one is missing (docs/engine.md).
 */
const loadedByName = [
  'nvidia/cudnn/lib/libcudnn.so.9',
  'nvidia/cuda_runtime/lib/libcudart.so.12',
  'nvidia/cublas/lib/libcublas.so.12',
  'nvidia/cublas/lib/libcublasLt.so.12',
  'nvidia/cufft/lib/libcufft.so.11',
  'nvidia/cusparse/lib/libcusolver.so.11',
  'nvidia/cusparse/lib/libcusparse.so.12',
];
/** By the first operation of a group. */
const nccl = 'nvidia/nccl/lib/libnccl.so.2';

test('the recipe contains every library that TensorFlow loads by name', () => {
  const files = extractedFiles(recipe);
  for (const library of [...loadedByName, nccl]) assert.ok(files[library], library);
});

test("reports the loader's error for a missing or invalid library", async (t) => {
  const folder = await temporaryFolder(t);
  assert.match((await whyNotLoaded(join(folder, 'libx.so')))!, /libx\.so does not exist/);
  await writeFile(join(folder, 'libx.so'), 'This is a text.');
  assert.match(
    (await whyNotLoaded(join(folder, 'libx.so')))!,
    /libx\.so: (invalid ELF header|file too short)/,
  );
});

test('reports a library with a missing dependency, and loads a complete one', {
  skip: noCompiler,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const compile = (name: string, ...args: string[]) => {
    const output = join(folder, name);
    assert.equal(spawnSync('gcc', ['-shared', '-fPIC', '-o', output, ...args], { cwd: folder }).status, 0);
    return output;
  };
  await writeFile(join(folder, 'a.c'), 'int a(void) { return 1; }\n');
  const inner = compile('libinner.so', 'a.c');
  const outer = compile('libouter.so', '-Wl,--no-as-needed', 'a.c', '-L.', '-linner');
  assert.equal(await whyNotLoaded(inner), undefined);
  assert.match((await whyNotLoaded(outer))!, /libinner\.so: cannot open shared object file/);
});

test('each of its libraries can be loaded without a driver', {
  skip: withoutCuda,
}, async () => {
  const reports = await checkLibraries(recipe, engine!);
  assert.deepEqual(
    reports.filter(({ ok }) => !ok),
    [],
  );
  assert.equal(reports.length, 19);
});

test('works without a GPU, and reports that it has none', {
  skip: withoutCuda || withoutGpu,
}, async () => {
  const verdict = await testEngine(engine!.libraries, { gpu: { CUDA_VISIBLE_DEVICES: '0' } });
  assert.ok(verdict.ok && !verdict.gpu);
  assert.match(verdict.complaints!.join('\n'), /libcuda\.so\.1|cuInit/);
});

test("without a GPU, an error contains TensorFlow's log", {
  skip: withoutCuda || withoutGpu,
}, async () => {
  await assert.rejects(openCuda({ device: 'cuda', threads: 1 }), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.exitCode, 4);
    assert.match(
      error.message,
      /- no NVIDIA device.*\n {2}- TensorFlow 2\.21\.0 loads but finds no GPU\n {2}- TensorFlow's log: /,
    );
    return true;
  });
});

test('reports problems of the system first, then the missing engine', async (t) => {
  setEnvironment(t, { ALEXFT_CACHE: await temporaryFolder(t) });
  const facts = { ...readGpuFacts(await temporaryFolder(t)), devices: ['/dev/nvidia0'], missing: [] };
  const found = await findCuda({ device: 'cuda' }, { ...facts, driver: '470.256.02' });
  assert.ok(!found.ok);
  const words = found.missing.map(({ what }) => what);
  assert.match(words[0]!, /driver is too old/);
  assert.match(words[1]!, /CUDA engine/);
  const ready = await findCuda({ device: 'cuda' }, { ...facts, driver: '570.86.15' });
  assert.ok(!ready.ok && ready.missing.length === 1);
  if (process.platform === 'linux' && process.arch === 'x64') {
    assert.equal(ready.missing[0]!.fix, 'alexft setup --device cuda');
  }
});

/** A driver that reports one GPU of the Ampere generation, so that TensorFlow loads CUDA's libraries. */
const driver = `
#include <stddef.h>
#include <string.h>
int cuInit(unsigned flags) { return 0; }
int cuDriverGetVersion(int *version) { *version = 12090; return 0; }
int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return 0; }
int cuDeviceGetName(char *name, int length, int device) { strncpy(name, "A fake GPU", length); return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 75 ? 8 : attribute == 76 ? 6 : attribute == 16 ? 82 : 1; /* compute capability, processors */
  return 0;
}
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = (size_t)12 << 30; return 0; }
int cuDeviceGetPCIBusId(char *id, int length, int device) { strncpy(id, "0000:01:00.0", length); return 0; }
int cuGetErrorName(int error, const char **name) { *name = "FAKE"; return 0; }
int cuGetErrorString(int error, const char **text) { *text = "a fake error"; return 0; }
`;

test('TensorFlow finds every library that it loads for a GPU', {
  skip: withoutCuda || withoutGpu || noCompiler,
}, async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'driver.c'), driver);
  await writeFile(join(folder, 'nvml.c'), 'int nvmlInit_v2(void) { return 0; }\n');
  for (const [source, library] of [
    ['driver.c', 'libcuda.so.1'],
    ['nvml.c', 'libnvidia-ml.so.1'],
  ] as const) {
    const args = ['-shared', '-fPIC', '-w', '-o', join(folder, library), join(folder, source)];
    assert.equal(spawnSync('gcc', args).status, 0);
  }
  const child = fileURLToPath(new URL('dist/engine/install/probeChild.js', `file://${root}`));
  const environment = { ...process.env, LD_LIBRARY_PATH: folder, TF_CPP_VMODULE: 'dso_loader=2' };
  // It fails because the fake GPU can't compute, after it has searched for every library.
  const log = await promisify(execFile)(process.execPath, [child, engine!.libraries], {
    env: environment,
    timeout: 120_000,
  })
    .catch((error: { stderr: string }) => error)
    .then(({ stderr }) => stderr);
  const opened = new Set(
    [...log.matchAll(/Successfully opened dynamic library (\S+)/g)].map(([, name]) => name),
  );
  for (const library of loadedByName) assert.ok(opened.has(library.split('/').at(-1)!), `${library}\n${log}`);
  const failed = [...log.matchAll(/Could not load dynamic library '([^']+)'/g)].map(([, name]) => name);
  assert.deepEqual(failed, []);
});
