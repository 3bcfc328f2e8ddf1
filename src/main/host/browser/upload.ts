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
    const bytes = await readBody(request, accepted.maxBytes);
    answer(200, { type: 'result', id: 0, result: await accepted.finish(bytes) });
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    const explained = router.explainUpload(name, error);
    answer(explained.reason === 'ipc.too-big' ? 413 : 422, { type: 'error', id: 0, error: explained });
    if (!request.complete) drain(request);
  }
}

/**
 * The whole body.
 * @throws ReasonError `ipc.too-big` as soon as more than `maxBytes` are announced or have come
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? Number.NaN);
  if (announced > maxBytes) throw tooBig(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`: leaving that loop would destroy the request and with it the answer.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > maxBytes) {
        request.removeAllListeners('data');
        request.pause();
        reject(tooBig(maxBytes));
      } else {
        chunks.push(chunk);
      }
    });
    request.once('end', resolve);
    request.once('error', reject);
    request.once('close', () => reject(new ReasonError('ipc.disconnected', 'the upload was cut off')));
  });
  return Buffer.concat(chunks, size);
}

function drain(request: IncomingMessage): void {
  request.resume();
  const timer = setTimeout(() => request.destroy(), DRAIN_MS);
  request.once('close', () => clearTimeout(timer));
}

function tooBig(maxBytes: number): ReasonError {
  return new ReasonError('ipc.too-big', `at most ${maxBytes} bytes`);
}
