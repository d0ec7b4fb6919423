import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { engines } from './engines.js';

const { skip } = (await engines())[0]!;
const program = fileURLToPath(new URL('groupRank.js', import.meta.url));

async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

interface Printed {
  results?: number[][];
  leaked?: number;
  message?: string;
}

/** The lines that each rank of a group of two prints. */
async function runGroup(...fate: string[]): Promise<Printed[][]> {
  const addresses = [await freeAddress(), await freeAddress()].join(',');
  return await Promise.all(
    ['0', '1'].map(async (rank) => {
      const args = [program, rank, addresses, ...fate];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const printed = await text(child.stdout);
      return printed
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Printed);
    }),
  );
}

test('two processes gather rows and add tensors', { skip }, async () => {
  const gathered = [0, 1, 0.5, -1, 10, 11, 0.5, -1];
  const added = [10, 12, 1, -2];
  const results = [gathered, added, gathered, added, gathered, added];
  const expected = { results, leaked: 0, device: 'cpu' };
  assert.deepEqual(await runGroup(), [[expected], [expected]]);
});

test('where a rank is killed, the others fail and name it', { skip }, async () => {
  const [[, failure]] = (await runGroup('SIGKILL', '1')) as [Printed[], Printed[]];
  assert.match(failure!.message!, /^Rank 1 \(127\.0\.0\.1:\d+\) has ended, or does not answer/);
});
