import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alexNet, firstTrainable } from '../../dist/model/alexnet.js';
import { sizeOf } from '../../dist/model/stateDict.js';
import { moduleTree, parameterList, summarizeParameters } from '../../dist/model/summary.js';

test('AlexNet has the parameters of torchvision: names, shapes and numbers', () => {
  const total = (classes: number) =>
    summarizeParameters(alexNet({ classes }), 0).reduce((sum, { count }) => sum + count, 0);
  assert.equal(total(1000), 61100840);
  assert.equal(total(2), 57012034);
  const parameters = summarizeParameters(alexNet({ classes: 2 }), 0);
  assert.equal(parameters.length, 16);
  assert.deepEqual(parameters[0], {
    name: 'features.0.weight',
    shape: [64, 3, 11, 11],
    count: 23232,
    trainable: true,
  });
  assert.deepEqual(parameters[10]?.shape, [4096, 9216]);
  for (const { shape, count } of parameters) assert.equal(sizeOf(shape), count);
});

test('freezing selects layers by name', () => {
  const layers = alexNet({ classes: 2 });
  const trained = (trainable: 'head' | 'classifier' | 'all' | 'features.8') =>
    summarizeParameters(layers, firstTrainable(layers, trainable)!)
      .filter(({ trainable }) => trainable)
      .map(({ name }) => name);
  assert.deepEqual(trained('head'), ['classifier.6.weight', 'classifier.6.bias']);
  assert.equal(trained('classifier').length, 6);
  assert.equal(trained('features.8').length, 10);
  assert.equal(trained('features.8')[0], 'features.8.weight');
  assert.equal(trained('all').length, 16);
});

test('the module tree equals the output of PyTorch', () => {
  assert.equal(
    moduleTree(alexNet({ classes: 2 })),
    `AlexNet(
  (features): Sequential(
    (0): Conv2d(3, 64, kernel_size=(11, 11), stride=(4, 4), padding=(2, 2))
    (1): ReLU(inplace=True)
    (2): MaxPool2d(kernel_size=3, stride=2, padding=0, dilation=1, ceil_mode=False)
    (3): Conv2d(64, 192, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))
    (4): ReLU(inplace=True)
    (5): MaxPool2d(kernel_size=3, stride=2, padding=0, dilation=1, ceil_mode=False)
    (6): Conv2d(192, 384, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    (7): ReLU(inplace=True)
    (8): Conv2d(384, 256, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    (9): ReLU(inplace=True)
    (10): Conv2d(256, 256, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    (11): ReLU(inplace=True)
    (12): MaxPool2d(kernel_size=3, stride=2, padding=0, dilation=1, ceil_mode=False)
  )
  (avgpool): AdaptiveAvgPool2d(output_size=(6, 6))
  (classifier): Sequential(
    (0): Dropout(p=0.5, inplace=False)
    (1): Linear(in_features=9216, out_features=4096, bias=True)
    (2): ReLU(inplace=True)
    (3): Dropout(p=0.5, inplace=False)
    (4): Linear(in_features=4096, out_features=4096, bias=True)
    (5): ReLU(inplace=True)
    (6): Linear(in_features=4096, out_features=2, bias=True)
  )
)`,
  );
});

test('the list of parameters equals that of the notebook', () => {
  const lines = parameterList(summarizeParameters(alexNet({ classes: 2 }), 0)).split('\n');
  assert.equal(lines[0], 'features.0.weight : torch.Size([64, 3, 11, 11]) Num Parameters: 23232');
  assert.equal(lines[15], 'classifier.6.bias : torch.Size([2]) Num Parameters: 2');
  assert.equal(lines[16], '------------------------');
  assert.equal(lines[17], 'Total Parameters in Model 57012034');
});
