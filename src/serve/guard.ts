// Who may use the server: on loopback without a token, every program of this machine, but no web page of another site;
// with a token, who knows it.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';

const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob: data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
  'Cache-Control': 'no-store',
};

/** Without a token: the page, which asks for it, and the health, which balancers request. */
const isOpen = (path: string): boolean => /^\/(|healthz|[a-z]+\.(js|css))$/.test(path);

/** Whether a host's name or address leads to this machine only. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);

/** Sets the headers of all responses, and refuses requests with 401 or 403. */
export function guard({ host, token }: { host: string; token: string | undefined }): MiddlewareHandler {
  const digest = token === undefined ? undefined : digestOf(`Bearer ${token}`);
  const onlyLoopback = digest === undefined && isLoopback(host);
  return async (context, next) => {
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    const { req } = context;
    // A site whose name an attacker points to 127.0.0.1 (DNS rebinding) is "same origin" for the browser.
    if (onlyLoopback && !isLoopback(hostnameIn(req.header('Host')))) {
      throw new HTTPException(403, { message: 'Expected the Host header localhost or 127.0.0.1.' });
    }
    if (req.method !== 'GET' && isOfAnotherSite(context)) {
      throw new HTTPException(403, { message: 'Requests from other sites are refused.' });
    }
    if (
      digest &&
      !isOpen(req.path) &&
      !timingSafeEqual(digestOf(req.header('Authorization') ?? ''), digest)
    ) {
      context.header('WWW-Authenticate', 'Bearer');
      throw new HTTPException(401, { message: 'Expected the header Authorization: Bearer TOKEN.' });
    }
    await next();
  };
}

/** Digests have one length, which timingSafeEqual needs. */
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const hostnameIn = (host: string | undefined): string =>
  URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';

/** Other sites can send forms and images without asking, though not read the answer. */
function isOfAnotherSite({ req }: Context): boolean {
  const site = req.header('Sec-Fetch-Site'); // browsers send it where the connection is private
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = req.header('Origin');
  return origin !== undefined && !origin.endsWith(`://${req.header('Host')}`);
}
