// alexft runs as a process.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support.js';
import { alexft, jsonLines } from '../run.js';

test('no runs and broken runs are results; wrong arguments are errors', async (t) => {
  const cwd = await temporaryFolder(t);
  const none = await alexft(['runs'], { cwd });
  assert.deepEqual(none, { code: 0, stdout: "There are no runs in 'models'.\n", stderr: '' });
  await mkdir(join(cwd, 'models', 'a\nb'), { recursive: true });
  await writeFile(join(cwd, 'models', 'a\nb', 'run.json'), '{}');
  const { code, stdout } = await alexft(['runs'], { cwd });
  assert.equal(code, 0);
  assert.match(stdout, /^run +state .*\nmodels\/a\\u\{a\}b +unknown +Expected a run folder/);
  const json = await alexft(['runs', '--json'], { cwd });
  const [{ schema, runs } = {}] = jsonLines(json.stdout);
  assert.deepEqual([schema, (runs as { state: string }[])[0]!.state], [1, 'unknown']);

  for (const [words, expected, message] of [
    [['none'], 3, /'none' can't be read/],
    [['diff', 'a'], 2, /Wrong number of arguments[\s\S]*alexft runs diff RUN RUN/],
    [['a', 'b'], 2, /Wrong number of arguments/],
    [['--out', 'x'], 2, /--out is not for the list of runs/],
    [['diff', 'a', 'b', '--sort', 'name'], 2, /--sort is not for alexft runs diff/],
    [['tensorboard', 'a', '--out', 'x'], 2, /--out is not for alexft runs tensorboard/],
    [['diff', 'models/a\nb', 'b'], 3, /Expected a run folder/],
  ] as const) {
    const refused = await alexft(['runs', ...words], { cwd });
    assert.equal(refused.code, expected, words.join(' '));
    assert.match(refused.stderr, message);
  }
});
