import { AsyncLocalStorage } from 'node:async_hooks';

/** How the request of a call really ended; the libraries above it keep only a part of that. */
export interface Outcome {
  /** 0: nothing was answered. */
  status: number;
  /** From `Retry-After`. */
  retryAfterMs: number | null;
  /** The access token that was sent. */
  token: string | null;
  /** Why nothing was answered: `timeout`, `aborted`, or what the system said. */
  failure: string | null;
  /** The body is a JSON object with a code of the server's own, so it is not a stranger between us. */
  readonly body: { code: string | null };
}

/** No answer of the server is larger; a page of 1,000 rows has about 2 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_WAIT_MS = 60 * 60_000;
const calls = new AsyncLocalStorage<{ readonly outcome: Outcome; readonly timeoutMs: number | undefined }>();

/**
 * Runs `call` and tells beside its result how its last request ended.
 * @param timeoutMs of its requests, in place of the client's
 */
export async function observed<T>(
  call: () => PromiseLike<T>,
  timeoutMs?: number,
): Promise<{ result: T; outcome: Outcome }> {
  const outcome: Outcome = {
    ...{ status: 0, retryAfterMs: null, token: null, failure: null },
    body: { code: null },
  };
  const result = await calls.run({ outcome, timeoutMs }, async () => call());
  return { result, outcome };
}

/**
 * fetch() that ends within `timeoutMs`, body included, and never throws: the libraries would retry for half a minute
 * or print it. What was not answered becomes a 460, which none of them retries; `observed` tells the truth.
 */
export function boundedFetch(timeoutMs: number): typeof fetch {
  return async (input, init) => {
    const store = calls.getStore();
    const outcome = store?.outcome;
    const timeout = AbortSignal.timeout(store?.timeoutMs ?? timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    if (outcome) {
      outcome.token = new Headers(init?.headers).get('authorization')?.replace(/^Bearer /i, '') ?? null;
    }
    try {
      // A redirect would carry the key to a stranger, and there is none to follow in this API.
      const response = await fetch(input, { ...init, signal, redirect: 'manual' });
      const bytes = await readBody(response);
      if (outcome) describe(outcome, response, bytes);
      const status = response.status >= 300 && response.status < 400 ? UNUSABLE : response.status;
      const body = NO_BODY.has(status) ? null : bytes;
      return withoutLength(body, status >= 500 ? UNUSABLE : status, response.headers);
    } catch (error) {
      if (outcome) {
        outcome.status = 0;
        outcome.failure = timeout.aborted ? 'timeout' : init?.signal?.aborted ? 'aborted' : messageOf(error);
      }
      return Response.json({ code: 'no_answer', message: 'no answer' }, { status: UNUSABLE });
    }
  };
}

/** Not among those that a library retries or takes for a lost session. */
const UNUSABLE = 460;
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

function withoutLength(body: Uint8Array<ArrayBuffer> | null, status: number, from: Headers): Response {
  const headers = new Headers(from);
  // The body is decoded here, so these two are no longer true of it.
  headers.delete('content-encoding');
  headers.delete('content-length');
  return new Response(body, { status, headers });
}

async function readBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function describe(outcome: Outcome, response: Response, bytes: Uint8Array): void {
  outcome.status = response.status;
  outcome.failure = null;
  outcome.retryAfterMs = retryAfter(response.headers.get('retry-after'));
  outcome.body.code = response.ok ? null : codeOf(bytes);
}

/** PostgREST says `code`, the auth server `error_code` or, by its first API, `error`. */
function codeOf(bytes: Uint8Array): string | null {
  try {
    const body: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof body !== 'object' || body === null) return null;
    const said = ['error_code', 'code', 'error'].map((name): unknown => Reflect.get(body, name));
    const code = said.find((each) => typeof each === 'string' && /^[\w.-]{1,64}$/.test(each));
    return typeof code === 'string' ? code : null;
  } catch {
    return null;
  }
}

/** Seconds or a date, as HTTP has it; an hour at most. */
export function retryAfter(header: string | null, now = Date.now()): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), MAX_WAIT_MS) : null;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
