// GPU detection and its messages, with system files in a temporary folder instead of a real GPU. Their contents have
// the formats of NVIDIA's driver and TensorFlow.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { examineGpu } from '../../../dist/engine/examine.js';
import { gpuSettings, visibleDevice } from '../../../dist/engine/gpu/choose.js';
import { complaintsInLog, gpuInLog } from '../../../dist/engine/gpu/describe.js';
import { driverVersion, hasNvidia, readGpuFacts } from '../../../dist/engine/gpu/facts.js';
import { missingOf } from '../../../dist/engine/gpu/missing.js';
import { temporaryFolder } from '../../support.js';

const nvrm = (version: string) =>
  `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${version}  Thu Oct 19 18:56:32 UTC 2023\nGCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n`;
const information = (model: string) =>
  `Model: \t\t ${model}\nIRQ:   \t\t 177\nGPU UUID: \t GPU-5a6f9f41-9a2e-7b0c-0b9e-000000000000\nVideo BIOS: \t 94.06.2f.00.9c\nBus Type: \t PCIe\nBus Location: \t 0000:01:00.0\nDevice Minor: \t 0\n`;

const device = { 'dev/nvidia0': '' };
const driver = { 'proc/driver/nvidia/version': nvrm('535.129.03') };
const libraries = {
  'usr/lib/x86_64-linux-gnu/libcuda.so.1': '',
  'usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1': '',
};

async function systemWith(t: TestContext, files: Record<string, string>): Promise<string> {
  const root = await temporaryFolder(t);
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), contents);
  }
  return root;
}
const missingIn = async (t: TestContext, files: Record<string, string>, environment = {}) =>
  missingOf(readGpuFacts(await systemWith(t, files), environment)).map(({ what }) => what);

test('reports what is missing, in the order in which to fix it', async (t) => {
  const table: [string, Record<string, string>, RegExp[]][] = [
    ['nothing of NVIDIA', {}, [/^no NVIDIA device: \/dev\/nvidia0 does not exist$/]],
    [
      'a driver without a GPU',
      driver,
      [/nvidia0 does not exist, although the driver 535\.129\.03 is loaded/],
    ],
    ['only other devices', { 'dev/nvidiactl': '', 'dev/nvidia-uvm': '' }, [/^no NVIDIA device/]],
    ['no driver', { ...device, ...libraries }, [/^no driver: .* although \/dev\/nvidia0 does$/]],
    [
      'a driver too old',
      { ...device, ...libraries, 'proc/driver/nvidia/version': nvrm('470.256.02') },
      [/^the driver is too old: expected 525\.60\.13 or newer for CUDA 12 but found 470\.256\.02$/],
    ],
    [
      'a driver just too old',
      { ...device, ...libraries, 'proc/driver/nvidia/version': nvrm('525.60.11') },
      [/too old: .* found 525\.60\.11/],
    ],
    [
      'the oldest supported driver',
      { ...device, ...libraries, 'proc/driver/nvidia/version': nvrm('525.60.13') },
      [],
    ],
    ['no libraries', { ...device, ...driver }, [/libcuda\.so\.1 and libnvidia-ml\.so\.1 were not found$/]],
    [
      'a container without "utility"',
      { ...device, ...driver, 'usr/lib64/libcuda.so.1': '' },
      [/^the driver's libnvidia-ml\.so\.1 was not found$/],
    ],
    ['no driver and no libraries', device, [/^no driver/, /not found$/]],
    ['complete', { ...device, ...driver, ...libraries }, []],
    [
      'WSL',
      { 'dev/dxg': '', 'usr/lib/wsl/lib/libcuda.so.1': '', 'usr/lib/wsl/lib/libnvidia-ml.so.1': '' },
      [],
    ],
    ["WSL without NVIDIA's driver", { 'dev/dxg': '' }, [/not found$/]],
  ];
  for (const [name, files, expected] of table) {
    const found = await missingIn(t, files);
    assert.equal(found.length, expected.length, `${name}: ${found}`);
    for (const [index, form] of expected.entries()) assert.match(found[index]!, form, name);
  }
});

test('finds libraries in LD_LIBRARY_PATH and the loader’s cache', async (t) => {
  const root = await systemWith(t, {
    ...device,
    ...driver,
    'odd/libcuda.so.1': '',
    'odd/libnvidia-ml.so.1': '',
  });
  assert.deepEqual(readGpuFacts(root, {}).missing, ['libcuda.so.1', 'libnvidia-ml.so.1']);
  assert.deepEqual(readGpuFacts(root, { LD_LIBRARY_PATH: `:${join(root, 'odd')}` }).missing, []);
  const cache =
    'ld.so-1.7.0\0glibc-ld.so.cache1.1\0\x01\x02libcuda.so.1\0/odd/libcuda.so.1\0/gone/libnvidia-ml.so.1\0';
  await mkdir(join(root, 'etc'));
  await writeFile(join(root, 'etc/ld.so.cache'), cache);
  assert.deepEqual(readGpuFacts(root, {}).missing, ['libnvidia-ml.so.1']);
});

test("reads the driver's version and the GPUs' names from its files", async (t) => {
  assert.equal(driverVersion(nvrm('535.129.03')), '535.129.03');
  assert.equal(driverVersion(nvrm('570.86')), '570.86');
  const open =
    'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  560.35.03  Release Build  (dvs-builder@U16)  Fri Aug 16 21:22:33 UTC 2024\n';
  assert.equal(driverVersion(open), '560.35.03');
  assert.equal(driverVersion(''), undefined);

  const root = await systemWith(t, {
    ...libraries,
    ...driver,
    'dev/nvidia0': '',
    'dev/nvidia1': '',
    'proc/driver/nvidia/gpus/0000:01:00.0/information': information('NVIDIA GeForce RTX 3060'),
    'proc/driver/nvidia/gpus/0000:41:00.0/information': information('NVIDIA A100-SXM4-40GB'),
  });
  const facts = readGpuFacts(root, {});
  assert.deepEqual(facts.devices, ['/dev/nvidia0', '/dev/nvidia1']);
  assert.deepEqual(facts.gpus, ['NVIDIA GeForce RTX 3060', 'NVIDIA A100-SXM4-40GB']);
  assert.deepEqual(await examineGpu(facts), {
    ok: true,
    detail: 'NVIDIA GeForce RTX 3060, NVIDIA A100-SXM4-40GB, driver 535.129.03',
    driver: '535.129.03',
    gpus: facts.gpus,
  });
  const without = await examineGpu({ ...facts, missing: ['libcuda.so.1'] });
  assert.equal(without.ok, false);
  assert.match(without.fix!, /NVIDIA_DRIVER_CAPABILITIES=compute,utility/);
});

test('sorts GPUs by PCI bus id, which is hexadecimal', async (t) => {
  const buses = ['0000:07:00.0', '0000:0a:00.0', '0000:0f:00.0', '0000:10:00.0', '0000:9a:00.0'];
  const files = buses.map((bus, n) => [
    `proc/driver/nvidia/gpus/${bus}/information`,
    information(`GPU ${n}`),
  ]);
  const { gpus } = readGpuFacts(await systemWith(t, Object.fromEntries(files)), {});
  assert.deepEqual(gpus, ['GPU 0', 'GPU 1', 'GPU 2', 'GPU 3', 'GPU 4']);
});

test("WSL has an NVIDIA GPU only with NVIDIA's library", async (t) => {
  const has = async (files: Record<string, string>) =>
    hasNvidia(readGpuFacts(await systemWith(t, files), {}));
  assert.equal(await has({ 'dev/dxg': '' }), false, 'another vendor');
  assert.equal(await has({ 'dev/dxg': '', 'usr/lib/wsl/lib/libcuda.so.1': '' }), true);
  assert.equal(await has(device), true, 'Linux with an incomplete driver');
  assert.equal(await has({}), false);
});

test('cuda:N must exist, and counts the visible GPUs', () => {
  const names = ['NVIDIA GeForce RTX 3060', 'NVIDIA A100-SXM4-40GB'];
  assert.equal(visibleDevice('cuda', names, {}), '0');
  assert.equal(visibleDevice('cuda:1', names, {}), '1');
  assert.equal(visibleDevice('cuda:7', [], {}), '7', 'not checked if the GPUs are unknown');
  assert.throws(() => visibleDevice('cuda:2', names, {}), {
    name: 'UserError',
    exitCode: 4,
    message: /no GPU 2\.[\s\S]*- cuda:0 is NVIDIA GeForce RTX 3060\n {2}- cuda:1 is NVIDIA A100/,
  });
  const own = { CUDA_VISIBLE_DEVICES: '3, GPU-5a6f9f41' };
  assert.equal(visibleDevice('cuda', names, own), '3');
  assert.equal(visibleDevice('cuda:1', names, own), 'GPU-5a6f9f41');
  for (const hidden of ['', '-1', '-1,0']) {
    assert.throws(() => visibleDevice('cuda', names, { CUDA_VISIBLE_DEVICES: hidden }), {
      exitCode: 4,
      message: /CUDA_VISIBLE_DEVICES/,
    });
  }
});

test('TF32 is off by default', () => {
  assert.equal(gpuSettings('0', false).NVIDIA_TF32_OVERRIDE, '0');
  assert.equal(gpuSettings('0', true).NVIDIA_TF32_OVERRIDE, undefined);
  assert.equal(gpuSettings('0', true).TF_FORCE_GPU_ALLOW_GROWTH, 'true');
  assert.equal(gpuSettings('0', false).TF_ENABLE_MAXPOOL_NANPROP, '1');
});

test("parses TensorFlow's log: the GPU, or why there is none", () => {
  const log =
    'I0000 00:00:1795489345.755427   14542 gpu_device.cc:2020] Created device /job:localhost/replica:0/task:0/device:GPU:0 with 10057 MB memory:  -> device: 0, name: NVIDIA GeForce RTX 3060, pci bus id: 0000:01:00.0, compute capability: 8.6\n';
  assert.deepEqual(gpuInLog(`noise\n${log}noise`), {
    name: 'NVIDIA GeForce RTX 3060',
    memory: 10057 * 2 ** 20,
    computeCapability: '8.6',
  });
  assert.equal(gpuInLog('nothing'), undefined);
  assert.deepEqual(complaintsInLog(log), []);

  const failed =
    'E0000 00:00:1795489165.569450   11591 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)\n' +
    "I0000 00:00:1795489395.522423   15366 dso_loader.cc:144] Could not load dynamic library 'libcusolver.so.11'; dlerror: libcusolver.so.11: cannot open shared object file: No such file or directory; LD_LIBRARY_PATH: stub\n";
  assert.deepEqual(complaintsInLog(failed + failed), [
    'failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)',
    "Could not load dynamic library 'libcusolver.so.11'; dlerror: libcusolver.so.11: cannot open shared object file: No such file or directory",
  ]);
});
