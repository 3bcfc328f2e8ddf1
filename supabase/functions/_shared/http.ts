import type { z } from 'zod';
import { Failure, type FailureCode } from './failure.ts';

/** The forms are on other sites; there are no cookies that a foreign page could use. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': 'authorization, apikey, content-type, x-client-info',
  'access-control-max-age': '86400',
};

export type Handler = (request: Request, from?: Deno.ServeHandlerInfo) => Promise<Response>;

/** A JSON answer that nobody may keep. */
export function answer(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      ...CORS,
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    },
  });
}

/**
 * POST only, answers the browser's preflight, and turns what is thrown into `{"error": code}`. The log gets codes and
 * kinds, never a message of somebody else's: those quote addresses and keys.
 */
export function endpoint(
  name: string,
  run: (request: Request, from: Deno.ServeHandlerInfo | null) => Promise<Response>,
): Handler {
  return async (request, from) => {
    try {
      if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: CORS });
      if (request.method !== 'POST') throw new Failure('method-not-allowed');
      return await run(request, from ?? null);
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure('internal', kindOf(error));
      if (failure.status >= 500) {
        const cause = failure.cause === undefined ? null : kindOf(failure.cause);
        console.error(JSON.stringify({ function: name, code: failure.code, detail: failure.detail, cause }));
      }
      return refuse(failure.code, failure.status);
    }
  };
}

function refuse(error: FailureCode, status: number): Response {
  return answer({ error }, status);
}

/** Name and code of an error; both are identifiers of a program, not texts about a user. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}`.slice(0, 80);
}

/** The body's exact bytes. @throws Failure `too-large`, as soon as it is */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw new Failure('too-large');
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.byteLength;
    if (length > limit) throw new Failure('too-large');
    parts.push(part);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

/** @throws Failure `bad-request`, `too-large` */
export async function readJson<T>(request: Request, schema: z.ZodType<T>, limit: number): Promise<T> {
  const bytes = await readBytes(request, limit);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Failure('bad-request', null, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new Failure('bad-request');
  return parsed.data;
}

/** Listens: on 127.0.0.1 where `PORT` says so (development), else as the platform has it. */
export function serve(handler: Handler): void {
  const port = Deno.env.get('PORT');
  if (port) Deno.serve({ hostname: '127.0.0.1', port: Number(port), onListen: () => undefined }, handler);
  else Deno.serve(handler);
}
