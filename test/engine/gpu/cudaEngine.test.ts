// The engine for CUDA as far as it can be tested without a GPU: where it was set up (alexft setup --device cuda), and
// with a driver drawn in C that says there is a GPU, so that TensorFlow opens NVIDIA's libraries by itself.

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
import { checkLibraries, whyNotLoaded } from '../../../dist/engine/install/libraryCheck.js';
import { locateEngine } from '../../../dist/engine/install/locate.js';
import { openedByName } from '../../../dist/engine/install/nvidiaWheels.js';
import { tryEngine } from '../../../dist/engine/install/probe.js';
import { keptFiles, recipes } from '../../../dist/engine/install/recipe.js';
import { findCuda, openCuda } from '../../../dist/engine/openCuda.js';
import { root, setEnvironment, temporaryFolder } from '../../support.js';

const recipe = recipes.find(({ device }) => device === 'cuda')!;
const engine = locateEngine('cuda');
const withoutCuda = engine ? false : 'the engine for CUDA is not set up';
const withoutGpu = existsSync('/dev/nvidia0') || existsSync('/dev/dxg') ? 'there is a GPU' : false;
const noCompiler = spawnSync('gcc', ['--version']).status === 0 ? false : 'no gcc';

test('the recipe has every library that TensorFlow opens by name', () => {
  const files = keptFiles(recipe);
  for (const library of openedByName) assert.ok(files[library], library);
});

test('a library that is not there, or is none, is told in the words of the loader', async (t) => {
  const folder = await temporaryFolder(t);
  assert.match((await whyNotLoaded(join(folder, 'libx.so')))!, /libx\.so is not there/);
  await writeFile(join(folder, 'libx.so'), 'This is a text.');
  assert.match(
    (await whyNotLoaded(join(folder, 'libx.so')))!,
    /libx\.so: (invalid ELF header|file too short)/,
  );
});

test('a library that lacks another one is told, one that is whole is loaded', {
  skip: noCompiler,
}, async (t) => {
  const folder = await temporaryFolder(t);
  const make = (name: string, ...words: string[]) => {
    const output = join(folder, name);
    assert.equal(spawnSync('gcc', ['-shared', '-fPIC', '-o', output, ...words], { cwd: folder }).status, 0);
    return output;
  };
  await writeFile(join(folder, 'a.c'), 'int a(void) { return 1; }\n');
  const inner = make('libinner.so', 'a.c');
  const outer = make('libouter.so', '-Wl,--no-as-needed', 'a.c', '-L.', '-linner');
  assert.equal(await whyNotLoaded(inner), undefined);
  assert.match((await whyNotLoaded(outer))!, /libinner\.so: cannot open shared object file/);
});

test('each of its libraries can be loaded from its folder, without a driver', {
  skip: withoutCuda,
}, async () => {
  const reports = await checkLibraries(recipe, engine!);
  assert.deepEqual(
    reports.filter(({ ok }) => !ok),
    [],
  );
  assert.equal(reports.length, 18);
});

test('it computes without a GPU, and says that it has none', {
  skip: withoutCuda || withoutGpu,
}, async () => {
  const verdict = await tryEngine(engine!.libraries, { gpu: { CUDA_VISIBLE_DEVICES: '0' } });
  assert.ok(verdict.ok && !verdict.gpu);
  assert.match(verdict.complaints!.join('\n'), /libcuda\.so\.1|cuInit/);
});

test('where it is set up and there is no GPU, TensorFlow is quoted', {
  skip: withoutCuda || withoutGpu,
}, async () => {
  await assert.rejects(openCuda({ device: 'cuda', threads: 1 }), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.exitCode, 4);
    assert.match(
      error.message,
      /- no NVIDIA device.*\n {2}- TensorFlow 2\.21\.0 loads, and has no GPU\n {2}- TensorFlow says: /,
    );
    return true;
  });
});

test('without an engine, the system is told first, then the engine', async (t) => {
  setEnvironment(t, { ALEXFT_CACHE: await temporaryFolder(t) });
  const facts = { ...readGpuFacts(await temporaryFolder(t)), devices: ['/dev/nvidia0'], missing: [] };
  const found = await findCuda({ device: 'cuda' }, { ...facts, driver: '470.256.02' });
  assert.ok(!found.ok);
  const words = found.missing.map(({ what }) => what);
  assert.match(words[0]!, /driver is too old/);
  assert.match(words[1]!, /engine for CUDA/);
  const ready = await findCuda({ device: 'cuda' }, { ...facts, driver: '570.86.15' });
  assert.ok(!ready.ok && ready.missing.length === 1);
  if (process.platform === 'linux' && process.arch === 'x64') {
    assert.equal(ready.missing[0]!.fix, 'alexft setup --device cuda');
  }
});

/** Just enough of a driver that TensorFlow sees one GPU of the kind Ampere and looks for CUDA's libraries. */
const driver = `
#include <stddef.h>
#include <string.h>
int cuInit(unsigned flags) { return 0; }
int cuDriverGetVersion(int *version) { *version = 12090; return 0; }
int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return 0; }
int cuDeviceGetName(char *name, int length, int device) { strncpy(name, "A drawn GPU", length); return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 75 ? 8 : attribute == 76 ? 6 : attribute == 16 ? 82 : 1; /* compute capability, processors */
  return 0;
}
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = (size_t)12 << 30; return 0; }
int cuDeviceGetPCIBusId(char *id, int length, int device) { strncpy(id, "0000:01:00.0", length); return 0; }
int cuGetErrorName(int error, const char **name) { *name = "DRAWN"; return 0; }
int cuGetErrorString(int error, const char **text) { *text = "a drawn error"; return 0; }
`;

test('TensorFlow itself finds every library that it opens for a GPU', {
  skip: withoutCuda || withoutGpu || noCompiler,
}, async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'driver.c'), driver);
  await writeFile(join(folder, 'nvml.c'), 'int nvmlInit_v2(void) { return 0; }\n');
  for (const [source, library] of [
    ['driver.c', 'libcuda.so.1'],
    ['nvml.c', 'libnvidia-ml.so.1'],
  ] as const) {
    const words = ['-shared', '-fPIC', '-w', '-o', join(folder, library), join(folder, source)];
    assert.equal(spawnSync('gcc', words).status, 0);
  }
  const child = fileURLToPath(new URL('dist/engine/install/probeChild.js', `file://${root}`));
  const environment = { ...process.env, LD_LIBRARY_PATH: folder, TF_CPP_VMODULE: 'dso_loader=2' };
  // It ends badly: the drawn GPU can't do anything. By then every library was looked for.
  const log = await promisify(execFile)(process.execPath, [child, engine!.libraries], {
    env: environment,
    timeout: 120_000,
  })
    .catch((error: { stderr: string }) => error)
    .then(({ stderr }) => stderr);
  const opened = new Set(
    [...log.matchAll(/Successfully opened dynamic library (\S+)/g)].map(([, name]) => name),
  );
  for (const library of openedByName) assert.ok(opened.has(library.split('/').at(-1)!), `${library}\n${log}`);
  const failed = [...log.matchAll(/Could not load dynamic library '([^']+)'/g)].map(([, name]) => name);
  assert.deepEqual(failed, []);
});
