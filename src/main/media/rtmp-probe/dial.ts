import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { RtmpTarget } from '../../../shared/domain/rtmp-url.ts';
import { type Reason, ReasonError } from '../../../shared/errors.ts';
import { certificateAuthorities } from './authorities.ts';

export interface DialOptions {
  /** Ends the attempt; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** Whom to believe a certificate; default: {@link certificateAuthorities}. */
  readonly authorities?: (() => SecureContext) | undefined;
}

/** How far a connection is, which decides what an error means. */
export type DialStage = 'connecting' | 'securing' | 'talking';

/**
 * Connects to a server. With rtmps its certificate has been verified, the name in it as well, when this resolves.
 * The socket is paused, and an error on it is nobody's until somebody listens to it.
 * @throws ReasonError `destination.dns`, `.refused`, `.timeout`, `.tls`, `.closed`
 */
export function dial(
  target: Pick<RtmpTarget, 'protocol' | 'host' | 'port'>,
  { signal, timeoutMs, authorities = certificateAuthorities }: DialOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let secureContext: SecureContext | null = null;
    try {
      if (target.protocol === 'rtmps') secureContext = authorities();
    } catch (error) {
      // FFmpeg, given the same bundle, would believe nobody either.
      reject(new ReasonError('destination.tls', error instanceof Error ? error.message : String(error)));
      return;
    }
    let stage: DialStage = 'connecting';
    const host = target.host.replace(/^\[|\]$/g, '');
    const tcp = connectTcp({ host, port: target.port });
    tcp.setNoDelay(true);
    let socket = tcp;
    const settle = (error: unknown): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('close', onClose);
      if (error === null) {
        resolve(socket);
        return;
      }
      socket.destroy();
      // TLS that has not begun yet does not take the connection below with it.
      tcp.destroy();
      reject(error);
    };
    const fail = (reason: Reason, detail: string): void => settle(new ReasonError(reason, detail));
    const onError = (error: Error): void => {
      const { reason, detail } = reasonOf(error, stage);
      fail(reason, detail);
    };
    const onClose = (): void => fail('destination.closed', `closed while ${stage}`);
    const onAbort = (): void => settle(signal?.reason);
    const timer = setTimeout(() => fail('destination.timeout', `no answer in ${timeoutMs} ms`), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    // What comes after the promise is settled changes nothing, but must be heard by somebody.
    tcp.on('error', onError);
    tcp.once('connect', () => {
      if (secureContext) stage = 'securing';
      else settle(null);
    });
    if (secureContext) {
      // An address is no server name; the certificate is compared with `host` then.
      const name = isIP(host) === 0 ? { servername: host } : {};
      socket = connectTls({ socket: tcp, host, ...name, rejectUnauthorized: true, secureContext });
      socket.on('error', onError);
      socket.once('secureConnect', () => settle(null));
    }
    socket.on('close', onClose);
  });
}

/** Why a connection failed, from Node's error code and how far it had come. */
export function reasonOf(
  error: Error & { code?: unknown; errors?: unknown },
  stage: DialStage,
): { readonly reason: Reason; readonly detail: string } {
  const code = codeOf(error);
  const detail = code || error.message.slice(0, 200);
  switch (code) {
    case 'ECONNREFUSED':
      return { reason: 'destination.refused', detail };
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return { reason: 'destination.timeout', detail };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return { reason: 'destination.closed', detail };
    default:
  }
  if (/^(ENOTFOUND|EAI_\w+|ENODATA)$/.test(code)) return { reason: 'destination.dns', detail };
  return { reason: stage === 'securing' ? 'destination.tls' : 'destination.closed', detail };
}

/** Several addresses of one name fail together, with an error each. */
function codeOf(error: { code?: unknown; errors?: unknown }): string {
  if (typeof error.code === 'string') return error.code;
  const first: unknown = Array.isArray(error.errors) ? error.errors[0] : null;
  return typeof first === 'object' && first !== null && 'code' in first && typeof first.code === 'string'
    ? first.code
    : '';
}
