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

/** Serves `folder`, and `others` under /others/INDEX, on a free port until the test ends. Returns the address. */
export async function serveFolder(
  t: TestContext,
  folder: string,
  others: readonly string[] = [],
): Promise<string> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname;
    const other = others[Number(/^\/others\/(\d+)$/.exec(path)?.[1])];
    const file = other ?? join(folder, path === '/' ? 'index.html' : path);
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
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
