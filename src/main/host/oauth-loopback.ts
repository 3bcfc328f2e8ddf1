import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ReasonError } from '../../shared/errors.ts';
import type { Log } from '../logging/log.ts';
import type { BrowserSignIn, Callback } from '../services/account/ports.ts';
import { AUTH_LINK } from './deep-link.ts';
import type { AuthAnswer, Host } from './port.ts';
import { SIGN_IN_HEADERS, signInPage } from './sign-in-page.ts';

const PATH = '/auth/callback';
const CODE = /^[\w.~-]{8,256}$/;

export interface BrowserSignInOptions {
  readonly host: Pick<Host, 'openExternal'> & {
    readonly desktop: { onAuthAnswer(listener: (answer: AuthAnswer) => void): void } | null;
  };
  /** Makes a code appear in no log. */
  readonly register: (secret: string) => void;
  readonly log: Log;
}

/**
 * Takes what the system's browser brings back: on a loopback port that is open while a sign-in waits, and, where the
 * host has the scheme, by `vida3://auth/callback`. Any program here could send a code; it is of no use without the
 * verifier of the sign-in, and only a sign-in that waits is given one.
 */
export function createBrowserSignIn(options: BrowserSignInOptions): BrowserSignIn {
  let waiting: Waiting | null = null;
  options.host.desktop?.onAuthAnswer((answer) => waiting?.take(answer));
  return {
    openExternal: (url) => options.host.openExternal(url),
    async waitForCallback(timeoutMs) {
      waiting?.close();
      const next = await Waiting.begin(options, timeoutMs);
      waiting = next;
      return next;
    },
  };
}

class Waiting implements Callback {
  readonly redirectTo: string;
  readonly code: Promise<string>;
  readonly #answer = Promise.withResolvers<string>();
  readonly #server: Server | null;
  readonly #register: (secret: string) => void;
  readonly #timer: NodeJS.Timeout;
  #over = false;

  static async begin(options: BrowserSignInOptions, timeoutMs: number): Promise<Waiting> {
    const server = await listen().catch((error: unknown) => {
      if (!options.host.desktop) {
        throw new ReasonError('host.port-in-use', 'no port for the sign-in', { cause: error });
      }
      options.log.warn('no port for the sign-in, it comes back by a link', { error: String(error) });
      return null;
    });
    return new Waiting(server, options.register, timeoutMs);
  }

  private constructor(server: Server | null, register: (secret: string) => void, timeoutMs: number) {
    this.#server = server;
    this.#register = register;
    this.code = this.#answer.promise;
    // Whoever began it may have gone before it ends.
    this.code.catch(() => undefined);
    const port = server ? (server.address() as AddressInfo).port : 0;
    this.redirectTo = server ? `http://127.0.0.1:${port}${PATH}` : AUTH_LINK;
    server?.on('request', (request, response) => this.#serve(port, request, response));
    this.#timer = setTimeout(() => this.#end(new ReasonError('account.sign-in-timeout')), timeoutMs);
    this.#timer.unref();
  }

  /** The first answer counts. @returns whether it was taken */
  take(answer: AuthAnswer): boolean {
    if (this.#over) return false;
    if ('code' in answer) {
      this.#register(answer.code);
      this.#end(answer.code);
    } else {
      this.#end(new ReasonError('account.sign-in-refused', answer.refused));
    }
    return true;
  }

  close(): void {
    this.#end(new ReasonError('account.sign-in-refused', 'cancelled'));
  }

  #end(result: string | ReasonError): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    if (typeof result === 'string') this.#answer.resolve(result);
    else this.#answer.reject(result);
    // The page that has brought it is still being sent; whoever else holds a connection open is cut off.
    this.#server?.close();
    this.#server?.closeIdleConnections();
  }

  #serve(port: number, request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#over ? null : answerOf(port, request);
    const kind = answer === null ? 'other' : 'code' in answer ? 'done' : 'refused';
    response.writeHead(answer === null ? 404 : 200, SIGN_IN_HEADERS);
    response.end(signInPage(kind));
    if (answer) this.take(answer);
  }
}

/** What a request brings; null for everything that is not the browser following the sign-in's last redirect. */
function answerOf(port: number, { method, url = '', headers }: IncomingMessage): AuthAnswer | null {
  if (method !== 'GET' || headers.host !== `127.0.0.1:${port}`) return null;
  // A picture or a script of a strange page is no navigation of the user's.
  if (!['document', undefined].includes(headers['sec-fetch-dest'] as string | undefined)) return null;
  if (url.length > 2048 || !URL.canParse(url, 'http://127.0.0.1')) return null;
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  if (pathname !== PATH) return null;
  const codes = searchParams.getAll('code');
  const error = searchParams.get('error_code') ?? searchParams.get('error');
  if (error !== null) return { refused: /^[a-z0-9_]{1,64}$/.test(error) ? error : 'unknown' };
  const [code] = codes;
  return codes.length === 1 && code !== undefined && CODE.test(code) ? { code } : null;
}

async function listen(): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16 * 1024 });
  const ready = Promise.withResolvers<void>();
  server.once('error', ready.reject);
  server.listen(0, '127.0.0.1', ready.resolve);
  await ready.promise;
  server.off('error', ready.reject);
  server.unref();
  return server;
}
