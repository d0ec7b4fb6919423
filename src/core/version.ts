// This package's version and the Node versions that it supports, from its package.json; comparison of versions.

import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../../package.json') as {
  version: string;
  engines: { node: string };
};

export const { version } = manifest;

/** `>=20.19` */
export const supportedNode = manifest.engines.node;

/** Whether a version of numbers with dots is older than another; numbers it lacks count as 0. */
export function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) => text.split('.').map(Number);
  const other = numbers(than);
  const index = other.findIndex((number, at) => number !== (numbers(version)[at] ?? 0));
  return index >= 0 && (numbers(version)[index] ?? 0) < other[index]!;
}
