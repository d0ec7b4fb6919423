// The options of `alexft serve`.

import { usageError } from '../core/errors.js';
import { isSize } from '../core/formatting.js';
import { engineOptions } from './engineOptions.js';
import { expected, type Values } from './option.js';
import { flag, number, text } from './optionKinds.js';

export const serveOptions = {
  port: number({
    flag: '--port',
    group: 'Main options',
    help: 'port to listen on; 0 takes a free one',
    integer: true,
    min: 0,
    max: 65535,
    default: 8080,
  }),
  host: text({
    flag: '--host',
    placeholder: '<name|address>',
    group: 'Main options',
    help: 'address to listen on; others than loopback need --token or --no-auth',
    default: '127.0.0.1',
  }),
  token: text({
    flag: '--token',
    placeholder: '<text>',
    group: 'Main options',
    help: 'token that requests must have, as Authorization: Bearer TOKEN; the page asks for it',
    default: undefined,
    check: (value) => {
      if (!/^[\w.~+/-]{16,}=*$/.test(value)) {
        throw usageError('Expected 16 or more of the characters A-Z a-z 0-9 - . _ ~ + / in --token.');
      }
    },
  }),
  noAuth: flag({
    flag: '--no-auth',
    group: 'Main options',
    help: 'listen on other addresses than loopback without a token',
    default: false,
  }),
  collect: text({
    flag: '--collect',
    placeholder: '<dir>',
    group: 'Main options',
    help: 'folder for corrected photos, one sub-folder per class; the page then offers corrections',
    default: undefined,
  }),
  maxBatch: number({
    flag: '--max-batch',
    group: 'Limits',
    help: 'images of concurrent requests per forward pass',
    integer: true,
    min: 1,
    max: 4096,
    default: 16,
  }),
  maxWait: number({
    flag: '--max-wait',
    group: 'Limits',
    help: 'milliseconds without another image after which a batch is computed that is not full',
    min: 0,
    max: 1e4,
    default: 5,
  }),
  maxQueue: number({
    flag: '--max-queue',
    group: 'Limits',
    help: 'images that may wait; more are refused with status 503',
    integer: true,
    min: 1,
    max: 1e5,
    default: 256,
  }),
  maxBody: text({
    flag: '--max-body',
    placeholder: '<size>',
    group: 'Limits',
    help: 'largest request, such as 20MB; larger ones are refused with status 413',
    default: '20MB',
    check: (value) => {
      if (!isSize(value)) throw expected('--max-body', 'a size such as 20MB', value);
    },
  }),
  maxPixels: number({
    flag: '--max-pixels',
    group: 'Limits',
    help: 'most pixels of an image; larger ones are refused with status 422',
    integer: true,
    min: 1,
    max: 178_956_970,
    default: 5e7,
  }),
  timeout: number({
    flag: '--timeout',
    group: 'Limits',
    help: 'seconds to receive a request (else status 408), and then to answer it (else 504)',
    above: 0,
    max: 3600,
    default: 30,
  }),
  ...engineOptions,
};

export type ServeOptions = Values<typeof serveOptions>;
