// A small fake engine, with which a complete set-up takes half a second instead of half a minute: a wheel of a few
// kilobytes, and an addon in C that returns the product that the set-up's test expects. With the real wheel: node
// scripts/killSetup.mjs.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Recipe } from '../../../dist/engine/recipes/recipe.js';
import { recipes } from '../../../dist/engine/recipes/recipes.js';
import { writeZip } from './zip.js';

const source = `
#include <node_api.h>
static napi_value number(napi_env env, double value) { napi_value n; napi_create_double(env, value, &n); return n; }
static napi_value id(napi_env env, napi_callback_info info) { return number(env, 1); }
static napi_value no(napi_env env, napi_callback_info info) { napi_value v; napi_get_boolean(env, 0, &v); return v; }
static napi_value run(napi_env env, napi_callback_info info) {
  napi_value list, item;
  napi_create_array(env, &list); napi_create_object(env, &item);
  napi_set_named_property(env, item, "id", number(env, 2)); napi_set_element(env, list, 0, item);
  return list;
}
static napi_value data(napi_env env, napi_callback_info info) {
  static const double values[] = { 7, 10, 15, 22 };
  napi_value list; napi_create_array(env, &list);
  for (int i = 0; i < 4; i++) napi_set_element(env, list, i, number(env, values[i]));
  return list;
}
static void method(napi_env env, napi_value exports, const char *name, napi_callback call) {
  napi_value value; napi_create_function(env, name, NAPI_AUTO_LENGTH, call, 0, &value);
  napi_set_named_property(env, exports, name, value);
}
NAPI_MODULE_INIT() {
  napi_value version; napi_create_string_utf8(env, "0.0.1", NAPI_AUTO_LENGTH, &version);
  napi_set_named_property(env, exports, "TF_Version", version);
  method(env, exports, "createTensor", id); method(env, exports, "executeOp", run);
  method(env, exports, "tensorDataSync", data); method(env, exports, "isUsingGpuDevice", no);
  return exports;
}
`;

export interface SmallEngine {
  readonly recipe: Recipe;
  readonly wheel: string;
  /** For $CXX: writes the fake addon instead of compiling tfjs-node's. */
  readonly compiler: string;
}

/** Creates the wheel, the addon and the compiler in `folder`. Requires gcc. */
export async function createSmallEngine(folder: string): Promise<SmallEngine> {
  await mkdir(folder, { recursive: true });
  const addon = join(folder, 'addon.node');
  await writeFile(join(folder, 'addon.c'), source);
  const { include_dir: headers } = createRequire(import.meta.url)('node-api-headers') as {
    include_dir: string;
  };
  const args = ['-shared', '-fPIC', '-DNAPI_VERSION=8', '-I', headers, '-o', addon, join(folder, 'addon.c')];
  const { status, stderr } = spawnSync('gcc', args);
  if (status !== 0) throw new Error(String(stderr));

  const compiler = join(folder, 'compiler');
  // Like a real compiler, it writes its output in several steps.
  await writeFile(
    compiler,
    `#!/bin/sh\nfor last; do :; done\n[ "$last" = --version ] && echo 'fake 1' && exit\nhead -c 5000 '${addon}' > "$last"\nsleep 0.1\ncp '${addon}' "$last"\n`,
  );
  await chmod(compiler, 0o755);

  const wheel = join(folder, 'small.whl');
  const libraries = { 'tensorflow/liba.so': 400_000, 'tensorflow/libb.so': 300_000 };
  const members = Object.entries(libraries).map(([name, bytes]) => ({
    name,
    contents: Buffer.alloc(bytes, name),
  }));
  const header = { name: 'tensorflow/include/tensorflow/c/a.h', contents: Buffer.from('// a\n') };
  await writeZip(wheel, [...members, header]);
  const sha256 = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
  const real = recipes[0]!;
  const request = { ...real.wheel, file: 'small.whl', bytes: (await stat(wheel)).size, sha256 };
  return { recipe: { ...real, tensorflow: '0.0.1', wheel: request, libraries }, wheel, compiler };
}
