import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Answers without a session: an empty page that the window shows until it is sent to its own address. */
export const OPENING_PATH = '/opening';

const TOKEN_PARAMETER = 'token';
const TOKEN_LIFE_MS = 5 * 60_000;
const SECRET_BYTES = 32;

export type Verdict =
  | { readonly kind: 'pass'; readonly url: URL }
  /** The token was good: set the cookie and go to the address without it. */
  | { readonly kind: 'admit'; readonly location: string; readonly cookie: string }
  | { readonly kind: 'refuse'; readonly why: string };

/**
 * Decides who may talk to the loopback server. Any web page and any program of the machine can reach it, so:
 * Host must be ours (DNS rebinding), Origin and Sec-Fetch-Site must not name another site (a page on another
 * port of 127.0.0.1 is «same-site» and would send our cookie), and there must be the session cookie, which is
 * only given for a one-time token.
 */
export class Gate {
  readonly #host: string;
  readonly #origin: string;
  readonly #cookieName: string;
  readonly #now: () => number;
  /** Unused tokens and when they expire. */
  readonly #tokens = new Map<string, number>();
  #session: string | null = null;

  constructor(port: number, now: () => number = Date.now) {
    this.#host = `127.0.0.1:${port}`;
    this.#origin = `http://${this.#host}`;
    // Cookies do not know ports: two studios would overwrite each other's.
    this.#cookieName = `vida3-${port}`;
    this.#now = now;
  }

  /** An address that admits once, within five minutes; admitting ends the session before. */
  entryUrl(path = '/'): string {
    const token = randomBytes(SECRET_BYTES).toString('base64url');
    this.#tokens.set(token, this.#now() + TOKEN_LIFE_MS);
    const url = this.#resolve(path);
    if (!url) throw new Error(`${path} is no path of the studio`);
    url.searchParams.set(TOKEN_PARAMETER, token);
    return url.href;
  }

  /** @param upgrade a WebSocket: it must say its Origin, as browsers always do */
  judge(request: IncomingMessage, upgrade = false): Verdict {
    const { host, origin } = request.headers;
    if (host !== this.#host) return refuse('another Host');
    const mustSayOrigin = upgrade || (request.method !== 'GET' && request.method !== 'HEAD');
    if (origin === undefined ? mustSayOrigin : origin !== this.#origin) return refuse('another Origin');
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return refuse('another site');
    const url = this.#resolve(request.url ?? '');
    if (!url) return refuse('a bad address');
    if (url.searchParams.has(TOKEN_PARAMETER))
      return upgrade ? refuse('a token on a socket') : this.#redeem(url);
    if (!upgrade && url.pathname === OPENING_PATH) return { kind: 'pass', url };
    if (!this.#hasSession(request.headers.cookie)) return refuse('no session');
    return { kind: 'pass', url };
  }

  #redeem(url: URL): Verdict {
    const token = url.searchParams.get(TOKEN_PARAMETER) ?? '';
    const expires = this.#tokens.get(token);
    this.#tokens.delete(token);
    if (expires === undefined || expires < this.#now()) return refuse('a used or unknown token');
    this.#session = randomBytes(SECRET_BYTES).toString('base64url');
    url.searchParams.delete(TOKEN_PARAMETER);
    return {
      kind: 'admit',
      location: `${url.pathname}${url.search}`,
      cookie: `${this.#cookieName}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`,
    };
  }

  #hasSession(header: string | undefined): boolean {
    if (this.#session === null || header === undefined) return false;
    const prefix = `${this.#cookieName}=`;
    const given = header
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(prefix))
      .map((pair) => pair.slice(prefix.length));
    return given.length === 1 && sameText(given[0]!, this.#session);
  }

  /** Null for anything that is not a plain path of this origin. */
  #resolve(path: string): URL | null {
    if (!path.startsWith('/') || path.startsWith('//')) return null;
    const url = URL.parse(path, this.#origin);
    return url && url.origin === this.#origin ? url : null;
  }
}

function refuse(why: string): Verdict {
  return { kind: 'refuse', why };
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}
