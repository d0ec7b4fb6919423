// The routes of the server.

import { readFileSync } from 'node:fs';
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context as HonoContext } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Context } from '../core/context.js';
import { printable } from '../core/errors.js';
import { version } from '../core/version.js';
import { servedPage } from '../page/markup.js';
import { pageStyle } from '../page/style.js';
import type { BatchQueue } from './batchQueue.js';
import { collect } from './collection.js';
import { type EngineProcess, Unavailable } from './engineProcess.js';
import { guard } from './guard.js';
import type { EngineAnswer } from './messages.js';
import { Metrics } from './metrics.js';
import { BodyReader, isForm, type Upload, uploadsIn } from './uploads.js';

export interface AppSettings {
  readonly host: string;
  readonly token: string | undefined;
  /** The folder of corrected images. */
  readonly collect: string | undefined;
  /** In bytes. */
  readonly maxBody: number;
  readonly maxQueue: number;
  /** Seconds for the answer to a request that has arrived. */
  readonly timeout: number;
}

interface AppParts {
  readonly engine: EngineProcess;
  readonly queue: BatchQueue;
  readonly isStopping: () => boolean;
  readonly onMessage: Context['onMessage'];
}

type ServeContext = HonoContext<{ Bindings: HttpBindings }>;

/** Labels of the metrics; the page's files and all others have none of their own. */
const measured = ['/', '/healthz', '/metrics', '/model', '/predict', '/collect'];
const pageScript = readFileSync(new URL('../page/vendor/serve.js', import.meta.url), 'utf8');

export function createApp(settings: AppSettings, parts: AppParts): Hono<{ Bindings: HttpBindings }> {
  const { engine, queue, isStopping, onMessage } = parts;
  const metrics = new Metrics();
  const bodies = new BodyReader(settings.maxBody);
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.use(async (c, next) => {
    const begin = performance.now();
    const path = measured.includes(c.req.path) ? c.req.path : 'other';
    const { outgoing } = c.env;
    outgoing.once('close', () => {
      const status = outgoing.headersSent ? outgoing.statusCode : 499; // as nginx: the client has gone
      metrics.request(path, status, (performance.now() - begin) / 1000);
    });
    await next();
    if (isStopping()) c.header('Connection', 'close');
  });
  app.use(guard(settings));

  app.get('/', (c) => c.html(servedPage));
  app.get('/page.js', (c) => c.body(pageScript, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  app.get('/page.css', (c) => c.body(pageStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.get('/healthz', (c) => {
    const ready = engine.model !== undefined && !isStopping();
    return c.json({ schema: 1, ready }, ready ? 200 : 503);
  });
  app.get('/metrics', (c) => {
    const { batches, length } = queue;
    const { model, restarts } = engine;
    const text = metrics.text({ batches, queue: length, ready: model !== undefined, restarts });
    return c.text(text, 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  app.get('/model', (c) => {
    const { collect, maxBody } = settings;
    return c.json({ schema: 1, alexft: version, ...openedModel(), collect: collect !== undefined, maxBody });
  });

  app.post('/predict', async (c) => {
    const uploads = await uploadsOf(c);
    const answers = await predict(c, uploads, c.req.query('explain') === '1');
    const results = answers.map((answer, index) => ({ file: uploads[index]!.file, ...answer }));
    const status = results.every((result) => 'error' in result) ? 422 : 200;
    return c.json(isForm(c.env.incoming) ? { schema: 1, results } : { schema: 1, ...results[0]! }, status);
  });

  const { collect: folder } = settings;
  if (folder !== undefined) {
    app.post('/collect', async (c) => {
      const { classes } = openedModel();
      const name = c.req.query('class') ?? '';
      if (!classes.includes(name)) {
        throw new HTTPException(422, {
          message: `The model has no class '${printable(name.slice(0, 100))}'.`,
        });
      }
      const [upload, ...more] = await uploadsOf(c);
      if (more.length > 0) throw new HTTPException(422, { message: 'Expected one image.' });
      const [answer] = await predict(c, [upload!], false);
      if ('error' in answer!) throw new HTTPException(422, { message: answer.error });
      const file = await collect(folder, upload!.bytes, name, classes);
      if (file === undefined)
        throw new HTTPException(422, { message: 'A training does not read this format.' });
      metrics.image('collected');
      return c.json({ schema: 1, file });
    });
  }

  app.notFound((c) => c.json({ schema: 1, error: 'There is nothing here.' }, 404));
  app.onError((error, c) => {
    if (error instanceof Unavailable) {
      c.header('Retry-After', '1');
      return c.json({ schema: 1, error: error.message }, 503);
    }
    if (error instanceof HTTPException) {
      if ([408, 413].includes(error.status)) c.header('Connection', 'close'); // the rest is not read
      return c.json({ schema: 1, error: error.message }, error.status);
    }
    onMessage(`${c.req.method} ${printable(c.req.path)}: ${error.stack}`);
    return c.json({ schema: 1, error: 'An internal error.' }, 500);
  });
  return app;

  function openedModel() {
    if (!engine.model) throw new Unavailable('The engine is starting.');
    return engine.model;
  }

  async function uploadsOf({ env }: ServeContext): Promise<Upload[]> {
    if (isStopping()) throw new Unavailable('The server stops.');
    const uploads = await uploadsIn(await bodies.read(env), env.incoming);
    if (uploads.length <= settings.maxQueue) return uploads;
    throw new HTTPException(413, { message: `Expected at most ${settings.maxQueue} images.` });
  }

  /** The answers of the engine, as long as the client waits and the time lasts. */
  async function predict(c: ServeContext, uploads: Upload[], explain: boolean): Promise<EngineAnswer[]> {
    const { timeout } = settings;
    const over = new AbortController();
    const abort = (status: 408 | 504, message: string) => over.abort(new HTTPException(status, { message }));
    const timer = setTimeout(() => abort(504, `There was no answer within ${timeout} s.`), timeout * 1000);
    c.env.outgoing.once('close', () => abort(408, 'The client has closed the connection.'));
    try {
      const answers = await queue.predict(
        uploads.map(({ bytes }) => ({ bytes, explain })),
        over.signal,
      );
      for (const answer of answers) metrics.image('error' in answer ? 'unreadable' : 'predicted');
      return answers;
    } finally {
      clearTimeout(timer);
    }
  }
}
