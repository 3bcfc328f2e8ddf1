import { request } from 'node:http';
import type { Context } from './context.ts';
import type { Functions } from './deno-functions.ts';
import { type Answer, type Call, header, json, Refusal, type Route } from './http.ts';
import { verifyToken } from './keys.ts';

/** As Supabase limits what goes into a function. */
const LIMIT = 10 * 1024 * 1024;
const DROP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);
/** Headers that only the platform's own edge writes. */
const EDGE = new Set(['x-real-ip', 'cf-connecting-ip']);

async function checkToken(call: Call, context: Context): Promise<void> {
  const bearer = /^Bearer\s+(.+)$/i.exec(header(call, 'authorization') ?? '')?.[1] ?? '';
  // Tokens only: the project's keys of the new kind are none, and the platform refuses them here.
  const verified = await verifyToken(bearer, context.keys.jwtSecret);
  if (verified.kind === 'ok') return;
  const missing = bearer === '';
  throw new Refusal(
    json(401, { code: 401, message: missing ? 'Missing authorization header' : 'Invalid JWT' }),
  );
}

function forward(call: Call, port: number, name: string): Promise<Answer> {
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(call.headers)) {
    if (value === undefined || DROP.has(key) || EDGE.has(key)) continue;
    headers[key] = Array.isArray(value) ? value.join(', ') : value;
  }
  const from = [headers['x-forwarded-for'], call.raw.socket.remoteAddress ?? '127.0.0.1'];
  headers['x-forwarded-for'] = from.filter((part) => part !== undefined).join(', ');
  headers['content-length'] = String(call.body.length);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method: call.method,
        path: `/${name}${call.url.search}`,
        headers,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer: Record<string, string> = {};
          for (const [key, value] of Object.entries(response.headers)) {
            if (value !== undefined && !DROP.has(key)) answer[key] = String(value);
          }
          resolve({ status: response.statusCode ?? 502, headers: answer, body: Buffer.concat(chunks) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(call.body);
  });
}

/** `/functions/v1/<name>`, with the platform's own check of the token in front where the config wants it. */
export function functionRoutes(context: Context, functions: () => Functions | null): readonly Route[] {
  const handle = async (call: Call, match: RegExpExecArray): Promise<Answer> => {
    const name = match[1]!;
    const running = functions();
    if (!running) {
      return json(503, { code: 'NOT_STARTED', message: 'The double was started without functions' });
    }
    if (!running.names.includes(name)) {
      return json(404, { code: 'NOT_FOUND', message: 'Requested function was not found' });
    }
    if (call.method !== 'OPTIONS' && context.config.verifyJwt(name)) await checkToken(call, context);
    try {
      return await forward(call, await running.port(name), name);
    } catch (error) {
      context.log(`function ${name}: ${String(error)}`);
      return json(503, { code: 'BOOT_ERROR', message: 'Function failed to start (please check logs)' });
    }
  };
  return ['GET', 'POST', 'OPTIONS'].map((method) => ({
    method,
    path: /^\/functions\/v1\/([a-z0-9-]+)$/,
    limit: LIMIT,
    handle,
  }));
}
