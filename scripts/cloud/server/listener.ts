import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import { type Answer, BODY_LIMIT, type Call, json, Refusal, type Route, readBody } from './http.ts';

/** Requests that are remembered; a program that runs for days must not grow. */
const REMEMBERED = 20_000;

export interface RequestNote {
  readonly method: string;
  readonly path: string;
  /** 0: the socket was closed before an answer. */
  readonly status: number;
}

export interface ListenerOptions {
  readonly routes: readonly Route[];
  readonly faults: Faults;
  readonly port: number;
  readonly log: (line: string) => void;
  /** After a request that may have written. */
  readonly afterWrite?: () => Promise<void>;
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface Listener {
  readonly url: string;
  readonly server: Server;
  readonly requests: RequestNote[];
  close(): Promise<void>;
}

async function answerOf(routes: readonly Route[], call: Call): Promise<Answer> {
  let known = false;
  for (const route of routes) {
    const match = route.path.exec(call.path);
    if (!match) continue;
    known = true;
    if (route.method !== call.method) continue;
    const limit = route.limit ?? BODY_LIMIT;
    const body = limit === 'stream' ? call.body : await readBody(call.raw, limit);
    return await route.handle({ ...call, body }, match);
  }
  const what = `${call.method} ${call.path}`;
  return known
    ? json(405, { message: `The double does not know this method here: ${what}` })
    : json(404, { message: `The double does not know this address: ${what}` });
}

async function send(response: ServerResponse, answer: Answer, method: string): Promise<void> {
  const { body } = answer;
  if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)) {
    response.writeHead(answer.status, answer.headers);
    if (method === 'HEAD') {
      body.destroy();
      response.end();
    } else {
      await pipeline(body, response);
    }
    return;
  }
  const bytes = Buffer.from(body ?? '');
  const length = answer.status === 204 ? {} : { 'content-length': String(bytes.length) };
  response.writeHead(answer.status, { ...length, ...answer.headers });
  response.end(method === 'HEAD' ? undefined : bytes);
}

async function textOf(answer: Answer): Promise<string> {
  const { body } = answer;
  if (body === undefined) return '';
  if (typeof body === 'string') return body;
  if (Buffer.isBuffer(body)) return body.toString('utf8');
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(Buffer.from(part as Buffer));
  return Buffer.concat(parts).toString('utf8');
}

/** An HTTP server on 127.0.0.1 that answers what its routes know and refuses the rest. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const requests: RequestNote[] = [];
  const note = (entry: RequestNote): void => {
    requests.push(entry);
    if (requests.length > REMEMBERED) requests.shift();
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    // A page in a browser on this machine must not get at it under a name of its own (DNS rebinding).
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
      note({ method, path: url.pathname, status: 421 });
      response.writeHead(421, { connection: 'close' }).end();
      return;
    }
    const fault = options.faults.take(url.pathname);
    if (fault?.kind === 'drop') {
      note({ method, path: url.pathname, status: 0 });
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'delay') await wait(fault.ms);
    let answer: Answer;
    if (fault?.kind === 'status') {
      answer = { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? '{}' };
    } else {
      const empty = Buffer.alloc(0);
      try {
        const path = decodeURIComponent(url.pathname);
        const call = { method, url, path, headers: request.headers, body: empty, raw: request };
        answer = await answerOf(options.routes, call);
      } catch (error) {
        if (error instanceof Refusal) answer = error.answer;
        else if (error instanceof URIError) answer = json(400, { message: 'The address cannot be decoded' });
        else if (request.destroyed && !request.complete)
          return note({ method, path: url.pathname, status: 0 });
        else throw error;
      }
      if (method !== 'GET' && method !== 'HEAD') await options.afterWrite?.();
    }
    note({ method, path: url.pathname, status: answer.status });
    if (fault?.kind === 'lose-answer') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'change') answer = { ...answer, body: fault.body(await textOf(answer)) };
    await send(response, answer, method);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      options.log(
        `${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`,
      );
      if (response.headersSent || response.destroyed) response.destroy();
      else {
        note({ method: request.method ?? '', path: request.url ?? '', status: 500 });
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ message: 'The double failed; its log says why' }));
      }
    });
  });
  if (options.upgrade) server.on('upgrade', options.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    requests,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
