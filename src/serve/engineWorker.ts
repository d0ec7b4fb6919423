// The engine's process: opens a predictor once, then predicts the batches that the server sends. It ends when the
// server closes the channel, or is no longer there.

import { on } from 'node:events';
import { UserError } from '../core/errors.js';
import { heatMaps } from '../inference/explain.js';
import { answerOf, openPredictor, type Predictor } from '../inference/predictor.js';
import { sha256OfFile } from '../io/atomic.js';
import type {
  EngineAnswer,
  EngineImage,
  EngineMessage,
  EngineRequest,
  EngineSettings,
  ServedModel,
} from './messages.js';

const settings = JSON.parse(process.argv[2]!) as EngineSettings;

const server = new AbortController();
process.once('disconnect', () => server.abort());
// Ctrl-C reaches every process of a terminal: the server decides when this one ends.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});

/** Without a callback, a closed channel would be an uncaught error. */
const send = (message: EngineMessage): void => {
  process.send?.(message, undefined, {}, () => {});
};

try {
  const context = {
    onMessage: (text: string) => send({ kind: 'message', text }),
    onProgress: (...progress: Extract<EngineMessage, { kind: 'progress' }>['progress']) =>
      send({ kind: 'progress', progress }),
    hideNativeLog: settings.hideNativeLog,
    signal: server.signal,
  };
  const request = { ...settings, batchFlag: '--max-batch', weights: undefined, classes: undefined };
  await using predictor = await openPredictor(request, undefined, context);
  send({ kind: 'ready', model: await describe(predictor) });
  for await (const [{ images }] of on(process, 'message', { signal: server.signal })) {
    send({ kind: 'answers', answers: await answersTo(images as EngineRequest['images'], predictor) });
  }
} catch (error) {
  if (error instanceof UserError) {
    const { message, hint, exitCode } = error;
    send({ kind: 'failed', message, hint, exitCode });
  } else if (!server.signal.aborted) throw error;
}

async function describe({ model, engine }: Predictor): Promise<ServedModel> {
  const { classes, preprocessing, file } = model;
  const { device, description } = engine;
  return { classes, preprocessing, sha256: await sha256OfFile(file), device, engine: description };
}

async function answersTo(images: readonly EngineImage[], predictor: Predictor): Promise<EngineAnswer[]> {
  const answers: EngineAnswer[] = [];
  for await (const outcome of predictor.predict(images.map(({ bytes }) => bytes))) {
    answers.push(answerOf(outcome, predictor.model.classes));
  }
  const explained = images.flatMap(({ bytes, explain }, index) => {
    const answer = answers[index]!;
    return explain && 'label' in answer ? [{ index, source: bytes, label: answer.label }] : [];
  });
  for await (const { index, heat, heatSide } of heatMaps(explained, predictor)) {
    const at = explained[index]!.index;
    const values = Array.from(heat, (value) => Math.round(value * 1000) / 1000);
    answers[at] = { ...answers[at]!, heat: { side: heatSide, values } };
  }
  return answers;
}
