// Files of --config, and options in variables.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { configValues } from '../../../dist/options/given/configFile.js';
import { givenValues } from '../../../dist/options/given/sources.js';
import { withDefaults } from '../../../dist/options/option.js';
import { outputOptions } from '../../../dist/options/outputOptions.js';
import { resolveTrainOptions, trainOptions } from '../../../dist/options/train/trainOptions.js';
import { root, temporaryFolder } from '../../support.js';

const table = { ...trainOptions, ...outputOptions };
const toml = (text: string) => configValues(text, 'toml', 'train', table);
const json = (value: unknown, command = 'train') =>
  configValues(JSON.stringify(value), 'json', command, table);

test('TOML and JSON have the same names and values', () => {
  const values = { data: 'a b', batchSize: 4, lr: 1e-3, noReport: true, quiet: true };
  assert.deepEqual(json({ $schema: 'x', ...values }), values);
  assert.deepEqual(
    toml('#:schema x\ndata = "a b"\nbatchSize = 4\nlr = 1e-3\nnoReport = true\nquiet = true'),
    values,
  );
  assert.deepEqual(configValues('\uFEFF{"epochs":2}', 'json', 'train', table), { epochs: 2 });
});

test('values are checked like those of flags, and unknown names have a suggestion', () => {
  const refused = (value: unknown, message: RegExp, hint?: RegExp, command?: string) =>
    assert.throws(() => json(value, command), { exitCode: 2, message, ...(hint && { hint }) });
  refused({ batchSize: 0 }, /^Expected an integer between 1 and 65536 for --batch-size but received '0'/);
  refused({ batchSize: '4' }, /for --batch-size but received '4'/);
  refused({ checkpointEvery: 100 }, /Expected a string for --checkpoint-every but received '100'/);
  refused({ optimizer: null }, /Expected one of adam, .* but received 'null'/);
  refused({ force: 1 }, /Expected true or false for --force/);
  refused(
    { 'batch-size': 4 },
    /'batch-size' is not an option of alexft train/,
    /^Did you mean 'batchSize'\?$/,
  );
  refused({ epoch: 4 }, /'epoch' is not/, /Did you mean 'epochs'/);
  refused({ colour: 1 }, /'colour' is not/, /^The names are: data, /);
  refused({ config: 'x' }, /'config' is not/);
  refused(JSON.parse('{"__proto__": 1}'), /'__proto__' is not/);
  refused([1], /Expected an object with options/);
  refused(
    { state: 'complete', options: { data: 'x' } },
    /for alexft train, not for alexft predict/,
    undefined,
    'predict',
  );
  refused({ state: 'complete', options: { data: 'x', colour: 1 } }, /Unknown option 'colour'/);
  assert.throws(() => toml('epochs = 1\nepochs = \n'), { exitCode: 2, message: /\(line 2, column \d+\)\.$/ });
});

test('the options of a run.json repeat its training, except for its folder', () => {
  const given = { data: '/images', optimizer: 'sgd', epochs: 3, out: '/run', force: true } as const;
  const options = resolveTrainOptions(withDefaults(trainOptions, given));
  const values = json({ state: 'complete', weights: 'imagenet-features', options });
  assert.deepEqual(values, { data: '/images', optimizer: 'sgd', epochs: 3, weights: 'imagenet-features' });
  // A default that depends on another option follows it.
  assert.equal(resolveTrainOptions(withDefaults(trainOptions, { ...values, optimizer: 'adam' })).lr, 1e-4);
});

test('a flag is used before a variable, a variable before the file', async (t) => {
  const file = join(await temporaryFolder(t), 'a.toml');
  await writeFile(file, 'data = "file"\nepochs = 1\nbatchSize = 1\nforce = true\n');
  const variables = {
    ALEXFT_TRAIN_CONFIG: file,
    ALEXFT_TRAIN_BATCH_SIZE: '2',
    ALEXFT_TRAIN_EPOCHS: '2',
    ALEXFT_TRAIN_FORCE: '0',
    ALEXFT_TRAIN_NO_REPORT: 'true',
    ALEXFT_TRAIN_OUT: '',
    ALEXFT_PREDICT_TOP: 'x',
  };
  const { values, sources } = await givenValues('train', table, { epochs: 3 }, variables);
  assert.deepEqual(values, {
    config: file,
    data: 'file',
    batchSize: 2,
    force: false,
    noReport: true,
    epochs: 3,
  });
  assert.deepEqual(sources, {
    config: 'environment',
    data: 'file',
    batchSize: 'environment',
    force: 'environment',
    noReport: 'environment',
    epochs: 'flag',
  });
  const refused = (variable: string, value: string, expected: object) =>
    assert.rejects(givenValues('train', table, {}, { [variable]: value }), { exitCode: 2, ...expected });
  await refused('ALEXFT_TRAIN_EPOCHS', '2.5', {
    message: /^In the variable ALEXFT_TRAIN_EPOCHS: Expected an integer/,
  });
  await refused('ALEXFT_TRAIN_FORCE', 'yes', { message: /Expected 1 or 0 for --force but received 'yes'/ });
  await refused('ALEXFT_TRAIN_EPOCH', '2', { hint: "Did you mean 'ALEXFT_TRAIN_EPOCHS'?" });
  for (const name of ['none.toml', 'a.yaml', root]) await refused('ALEXFT_TRAIN_CONFIG', name, {});
});

test('the schema accepts what the options accept', () => {
  const { properties } = JSON.parse(readFileSync(join(root, 'docs', 'config.schema.json'), 'utf8'));
  assert.deepEqual(
    Object.keys(properties).sort(),
    ['$schema', ...Object.keys(table)].filter((name) => name !== 'config').sort(),
  );
  for (const [name, { flag, default: value, check }] of Object.entries(table)) {
    if (name === 'config') continue;
    const { type, enum: words, minimum, maximum, exclusiveMinimum, ...rest } = properties[name];
    assert.equal(rest.default, value, flag);
    const accepted: unknown[] = [...(words ?? []), minimum, maximum].filter((bound) => bound !== undefined);
    for (const each of accepted)
      assert.doesNotThrow(() => (check as (value: unknown) => void)(each), `${flag} ${each}`);
    const refused: unknown[] = [
      ...(words ? [`${words[0]}x`] : []),
      ...(minimum === undefined ? [] : [minimum - 1]),
      ...(maximum === undefined ? [] : [maximum + 1]),
      ...(exclusiveMinimum === undefined ? [] : [exclusiveMinimum]),
      ...(type === 'integer' ? [1.5] : []),
      ...(type === 'string' ? [1] : ['1']),
    ];
    for (const each of refused)
      assert.throws(() => (check as (value: unknown) => void)(each), `${flag} ${each}`);
  }
});
