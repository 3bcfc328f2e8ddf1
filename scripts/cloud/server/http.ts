import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** One request as a handler sees it. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  /** Decoded pathname; matched by the routes. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The whole body; empty for a route that streams. */
  readonly body: Buffer;
  /** For routes that stream. */
  readonly raw: IncomingMessage;
}
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
}
export interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Bytes of the largest body; `stream`: the handler reads it itself. */
  readonly limit?: number | 'stream';
  readonly handle: (call: Call, match: RegExpExecArray) => Promise<Answer> | Answer;
}

export const BODY_LIMIT = 1024 * 1024;

/** What a handler throws to answer with something else than it was asked for. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.name = 'Refusal';
    this.answer = answer;
  }
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

export function page(html: string, status = 200): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // The sign-in form leads on to the studio's own callback.
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://127.0.0.1:* vida3:",
    },
    body: html,
  };
}

export function redirect(to: string): Answer {
  return { status: 302, headers: { location: to, 'cache-control': 'no-store' } };
}

/** First value of a header, or null. */
export function header(call: Call, name: string): string | null {
  const value = call.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

export type JsonObject = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body as a JSON object. @returns null when it is none */
export function bodyObject(call: Call): JsonObject | null {
  if (call.body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(call.body.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    // The caller answers a body that is no JSON in the words of its own service.
    return null;
  }
}

/** @throws Refusal 413 beyond `limit` bytes, before the rest is read */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = (): Refusal =>
    new Refusal(json(413, { message: `The body is larger than ${limit} bytes` }, { connection: 'close' }));
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** A string that may stand between double quotes in SQL as a name. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** SQLSTATE, message, detail and hint of an error that a database threw; null: it is none. */
export function databaseError(
  error: unknown,
): { code: string; message: string; detail: string | null; hint: string | null } | null {
  if (!(error instanceof Error)) return null;
  const { code, detail, hint } = error as { code?: unknown; detail?: unknown; hint?: unknown };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return null;
  return {
    code,
    message: error.message,
    detail: typeof detail === 'string' && detail !== '' ? detail : null,
    hint: typeof hint === 'string' && hint !== '' ? hint : null,
  };
}
