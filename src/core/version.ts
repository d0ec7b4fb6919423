// This package's version and the Node versions that it supports, from its package.json.

import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../../package.json') as {
  version: string;
  engines: { node: string };
};

export const { version } = manifest;

/** `>=20.19` */
export const supportedNode = manifest.engines.node;
