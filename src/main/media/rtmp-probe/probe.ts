import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { ReasonError } from '../../../shared/errors.ts';
import { dial, reasonOf } from './dial.ts';
import { RtmpProtocolError } from './errors.ts';
import { ProbeSession, type ProbeTarget } from './session.ts';

export interface ProbeOptions {
  /** Ends the probe; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** For everything together. */
  readonly timeoutMs?: number;
  /** Whom to believe a certificate; default: whom the stream itself believes. */
  readonly authorities?: () => SecureContext;
}

const TIMEOUT_MS = 8000;
/** A server that does not close its side is left alone after this. */
const GOODBYE_MS = 300;

/**
 * Connects to an RTMP server as a publisher would, up to its answer to `connect`, and leaves: nothing is published
 * and no stream key is sent. Resolves when the server would take a publisher.
 * @throws ReasonError `destination.dns`, `.refused`, `.timeout`, `.tls`, `.closed`, `.rejected`
 */
export async function probeRtmp(target: ProbeTarget, options: ProbeOptions = {}): Promise<void> {
  const { signal, timeoutMs = TIMEOUT_MS, authorities } = options;
  const startedMs = performance.now();
  const socket = await dial(target, { signal, timeoutMs, authorities });
  await greet(socket, new ProbeSession(target), startedMs + timeoutMs - performance.now(), signal);
}

/** The handshake and `connect`; the socket is closed, or about to be, when it settles. */
function greet(
  socket: Socket,
  session: ProbeSession,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (error: unknown, goodbye: boolean): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (goodbye) leave(socket);
      else socket.destroy();
      if (error === null) resolve();
      else reject(error);
    };
    const closed = (detail: string): void => settle(new ReasonError('destination.closed', detail), false);
    const onAbort = (): void => settle(signal?.reason, false);
    const timer = setTimeout(
      () => settle(new ReasonError('destination.timeout', 'no answer to the greeting'), false),
      timeoutMs,
    );
    const take = (bytes: Buffer): void => {
      if (settled) return;
      try {
        const { send, answer } = session.take(bytes);
        if (send.length > 0) socket.write(Buffer.concat(send));
        if (answer?.accepted) settle(null, true);
        else if (answer) settle(new ReasonError('destination.rejected', answer.detail || 'connect'), true);
      } catch (error) {
        if (error instanceof RtmpProtocolError) closed(error.message);
        else settle(error, false);
      }
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    socket.on('error', (error) => {
      const { reason, detail } = reasonOf(error, 'talking');
      settle(new ReasonError(reason, detail), false);
    });
    socket.on('close', () => closed('closed while talking'));
    socket.on('data', take);
    if (socket.destroyed) closed('closed while talking');
    else socket.write(session.hello());
  });
}

/** Says that nothing more comes, and waits a moment for the other side to do the same. */
function leave(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), GOODBYE_MS);
  socket.once('close', () => clearTimeout(timer));
  // Whatever still comes is not wanted, but must be read for the other side's end to be seen.
  socket.removeAllListeners('data');
  socket.resume();
  socket.end();
}
