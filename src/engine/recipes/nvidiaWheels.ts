// NVIDIA's libraries for TensorFlow 2.21: the wheels that its `and-cuda` extra requires, pinned. CUDA 12.9 and cuDNN
// 9.10 are the last versions that TensorFlow 2.21 supports; they cover every GPU from Pascal (TensorFlow's minimum) to
// Blackwell.
//
// One of the twelve wheels is omitted: curand, which TensorFlow does not load. From the others, only files that are
// loaded at run time are extracted. NCCL is loaded where several GPUs train together.

import type { WheelPart } from './recipe.js';

/**
 * Libraries that are extracted to a different path than in their wheel, because they are loaded by name and the
 * loading library's RUNPATH does not contain their folder: libtensorflow_framework.so.2's RUNPATH lacks
 * nvidia/cusolver/lib, and cuDNN's contains a non-existent nvidia/nvrtc/lib. Without libcusolver, TensorFlow ignores
 * every GPU and uses the CPU.
 */
const relocated: Readonly<Record<string, string>> = {
  'nvidia/cusolver/lib/libcusolver.so.11': 'nvidia/cusparse/lib/libcusolver.so.11',
  'nvidia/cuda_nvrtc/lib/libnvrtc.so.12': 'nvidia/cudnn/lib/libnvrtc.so.12',
  'nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.9': 'nvidia/cudnn/lib/libnvrtc-builtins.so.12.9',
};

/** `folder` is the wheel's folder below nvidia/; `files`, relative to it, and `licence` are sizes in bytes. */
function nvidia(
  folder: string,
  version: string,
  tags: string,
  bytes: number,
  sha256: string,
  files: Readonly<Record<string, number>>,
  licence = 59_262,
): WheelPart {
  const project = `nvidia_${folder}_cu12`;
  const members = Object.entries(files).map(([name, size]): [string, number] => [
    `nvidia/${folder}/${name}`,
    size,
  ]);
  const licenceFile = `${project}-${version}.dist-info/licenses/License.txt`;
  return {
    wheel: {
      name: project.replaceAll('_', '-'),
      version,
      file: `${project}-${version}-py3-none-${tags}.whl`,
      bytes,
      sha256,
      platform: { pythonVersion: '3.11', implementation: 'py', abi: 'none', platforms: tags.split('.') },
      onlyBinary: true,
    },
    members: { ...Object.fromEntries(members), [licenceFile]: licence },
    places: Object.fromEntries(
      Object.entries(relocated).filter(([member]) => member.startsWith(`nvidia/${folder}/`)),
    ),
  };
}

export const nvidiaWheels: readonly WheelPart[] = [
  nvidia(
    'cublas',
    '12.9.1.4',
    'manylinux_2_27_x86_64',
    581_242_350,
    '453611eb21a7c1f2c2156ed9f3a45b691deda0440ec550860290dc901af5b4c2',
    {
      'lib/libcublas.so.12': 105_140_976,
      'lib/libcublasLt.so.12': 749_205_904,
    },
  ),
  nvidia(
    'cuda_cupti',
    '12.9.79',
    'manylinux_2_25_x86_64',
    10_814_997,
    '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
    {
      'lib/libcupti.so.12': 7_604_800,
    },
  ),
  nvidia(
    'cuda_nvcc',
    '12.9.86',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    40_546_229,
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
    {
      'bin/ptxas': 34_931_056,
      'nvvm/libdevice/libdevice.10.bc': 486_168,
    },
  ),
  nvidia(
    'cuda_nvrtc',
    '12.9.86',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    89_568_129,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
    {
      'lib/libnvrtc-builtins.so.12.9': 7_202_760,
      'lib/libnvrtc.so.12': 106_244_480,
    },
  ),
  nvidia(
    'cuda_runtime',
    '12.9.79',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    3_493_179,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
    {
      'lib/libcudart.so.12': 741_088,
    },
  ),
  nvidia(
    'cudnn',
    '9.10.2.21',
    'manylinux_2_27_x86_64',
    706_758_467,
    '949452be657fa16687d0930933f032835951ef0892b37d2d53824d1a84dc97a8',
    {
      'lib/libcudnn.so.9': 125_136,
      'lib/libcudnn_adv.so.9': 285_226_600,
      'lib/libcudnn_cnn.so.9': 6_301_096,
      'lib/libcudnn_engines_precompiled.so.9': 547_383_096,
      'lib/libcudnn_engines_runtime_compiled.so.9': 23_094_328,
      'lib/libcudnn_graph.so.9': 4_439_912,
      'lib/libcudnn_heuristic.so.9': 58_726_712,
      'lib/libcudnn_ops.so.9': 127_936_080,
    },
    18_174,
  ),
  nvidia(
    'cufft',
    '11.4.1.4',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    200_877_592,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
    {
      'lib/libcufft.so.11': 291_507_928,
    },
  ),
  nvidia(
    'cusolver',
    '11.7.5.82',
    'manylinux_2_27_x86_64',
    338_117_415,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
    {
      'lib/libcusolver.so.11': 302_024_152,
    },
  ),
  nvidia(
    'cusparse',
    '12.5.10.65',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    366_465_088,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
    {
      'lib/libcusparse.so.12': 486_556_368,
    },
  ),
  nvidia(
    'nccl',
    '2.27.7',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    322_546_339,
    'de5ba5562f08029a19cb1cd659404b18411ed0d6c90ac5f52f30bf99ad5809aa',
    {
      'lib/libnccl.so.2': 430_126_192,
    },
    1895,
  ),
  nvidia(
    'nvjitlink',
    '12.9.86',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    39_748_338,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
    {
      'lib/libnvJitLink.so.12': 95_935_344,
    },
  ),
];
