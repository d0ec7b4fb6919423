// A static server as people have one: the files of a folder, with their types.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { TestContext } from 'node:test';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** A site can have the page anywhere. */
const path = '/some/path/';

/**
 * Serves `folder`, and `others` as others/INDEX, under a path on a free port until the test ends. Returns the address.
 */
export async function serveFolder(
  t: TestContext,
  folder: string,
  others: readonly string[] = [],
): Promise<string> {
  const server = createServer(async (request, response) => {
    const [before, name] = new URL(request.url!, 'http://localhost').pathname.split(path);
    const other = others[Number(/^others\/(\d+)$/.exec(name ?? '')?.[1])];
    const file = other ?? join(folder, before !== '' || name === undefined ? 'gone' : name || 'index.html');
    const content = await readFile(file).catch(() => undefined);
    response.writeHead(content ? 200 : 404, {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    });
    response.end(content);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
}
