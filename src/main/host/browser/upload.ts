import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { ReasonError } from '../../../shared/errors.ts';
import type { ReplyEnvelope } from '../../../shared/ipc/envelope.ts';
import type { Router } from '../../ipc/router.ts';

/** How long a refused sender may go on before the connection is cut; it reads the answer in that time. */
const DRAIN_MS = 2000;

/** Answers `POST /upload/<name>?meta…` like a command, as a reply envelope in JSON. */
export async function handleUpload(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  router: Router,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const name = url.pathname.slice('/upload/'.length);
  const answer = (status: number, reply: ReplyEnvelope) => {
    response.writeHead(status, {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      ...(request.complete ? {} : { Connection: 'close' }),
    });
    response.end(JSON.stringify(reply));
  };
  try {
    const accepted = router.acceptUpload(name, Object.fromEntries(url.searchParams));
    refuseIfAnnounced(request, accepted.maxBytes);
    answer(200, { type: 'result', id: 0, result: await accepted.finish(bodyOf(request)) });
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    const explained = router.explainUpload(name, error);
    answer(explained.reason === 'ipc.too-big' ? 413 : 422, { type: 'error', id: 0, error: explained });
    if (!request.complete) drain(request);
  }
}

/**
 * The body as it comes. Leaving it early does not destroy the request, and with it the answer.
 * @throws ReasonError `ipc.disconnected` when the sender goes away
 */
export async function* bodyOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch (error) {
    throw new ReasonError('ipc.disconnected', 'the upload was cut off', { cause: error });
  }
}

function refuseIfAnnounced(request: IncomingMessage, maxBytes: number): void {
  const announced = Number(request.headers['content-length'] ?? Number.NaN);
  if (announced > maxBytes) throw new ReasonError('ipc.too-big', `at most ${maxBytes} bytes`);
}

function drain(request: IncomingMessage): void {
  request.resume();
  const timer = setTimeout(() => request.destroy(), DRAIN_MS);
  request.once('close', () => clearTimeout(timer));
}
