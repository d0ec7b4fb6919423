// Requests to the server (docs/serve.md).

import type { ShownModel } from './input.js';
import type { Answer } from './photos.js';

interface Model extends ShownModel {
  /** Whether there is a folder for corrections. */
  readonly collect: boolean;
  /** In bytes. */
  readonly maxBody: number;
}

export interface ServedAnswer extends Answer {
  readonly heat: { readonly side: number; readonly values: readonly number[] };
}

/** The server wants another token. */
export class Refused extends Error {}

export let model: Model | undefined;
let token = sessionStorage.getItem('token') ?? '';

export function setToken(given: string): void {
  token = given;
  sessionStorage.setItem('token', given);
}

export async function loadModel(): Promise<Model> {
  model = (await request('model')) as Model;
  return model;
}

export async function predict(photo: File): Promise<ServedAnswer> {
  const { maxBody } = model!;
  if (photo.size > maxBody) throw new Error(`The file is larger than ${maxBody / 1e6} MB.`);
  return (await post('predict?explain=1', photo)) as ServedAnswer;
}

/** Puts a photo into the folder of a class. */
export const collect = (photo: File, name: string): Promise<unknown> =>
  post(`collect?class=${encodeURIComponent(name)}`, photo);

const post = (path: string, body: Blob): Promise<unknown> =>
  request(path, { method: 'POST', body, headers: { 'Content-Type': 'application/octet-stream' } });

/** The server's JSON. Throws an error with its message. */
async function request(path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { ...init.headers, ...(token !== '' && { Authorization: `Bearer ${token}` }) };
  const response = await fetch(path, { ...init, headers }).catch(() => {
    throw new Error('The server does not answer.');
  });
  const body = (await response.json()) as { error?: string };
  if (response.status === 401) {
    throw new Refused(
      token === '' ? 'This server needs an access token.' : 'This is not the token of this server.',
    );
  }
  if (body.error !== undefined) throw new Error(body.error);
  return body;
}
