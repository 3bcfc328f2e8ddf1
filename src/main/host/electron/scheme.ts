import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { CustomScheme } from 'electron';
import { ReasonError } from '../../../shared/errors.ts';
import type { ReplyEnvelope } from '../../../shared/ipc/envelope.ts';
import type { Router } from '../../ipc/router.ts';
import type { Log } from '../../logging/log.ts';
import { decodePath, fileBelow, isHashed, parseRange, typeOf } from '../browser/files.ts';
import { pageHeaders } from '../csp.ts';
import type { Asset, AssetResolver } from '../port.ts';
import { isOwn, PAGE_SCHEME } from './origin.ts';

/** Must be registered before Electron is ready. It never bypasses the content security policy. */
export const PAGE_SCHEMES: CustomScheme[] = [
  {
    scheme: PAGE_SCHEME,
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
  },
];

const PLAIN = 'text/plain; charset=utf-8';

export interface PageServerOptions {
  readonly rendererDir: string;
  readonly mounts: ReadonlyMap<string, AssetResolver>;
  readonly router: Router;
  readonly log: Log;
}

/** Answers every request for `app://`, as the loopback server of the browser host answers its pages. */
export function createPageServer(options: PageServerOptions): (request: Request) => Promise<Response> {
  const { log } = options;
  return async (request) => {
    try {
      return await respond(request, options);
    } catch (error) {
      log.error('request failed', {
        method: request.method,
        error: error instanceof Error ? error.stack : String(error),
      });
      return plain(500, 'Failed\n');
    }
  };
}

async function respond(request: Request, options: PageServerOptions): Promise<Response> {
  const url = URL.parse(request.url);
  if (!url || !isOwn(request.url)) return refuse(options.log, 'another host');
  const initiator: unknown = Reflect.get(request, 'initiatorOrigin');
  if (typeof initiator === 'string' && !isOwn(initiator)) return refuse(options.log, 'another origin');
  if (request.method === 'POST' && url.pathname.startsWith('/upload/')) {
    return upload(request, url, options.router);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response(null, { status: 405, headers: { ...pageHeaders(), Allow: 'GET, HEAD' } });
  }
  const asset = await find(url.pathname, options);
  return (asset && (await answer(request, asset))) ?? plain(404, 'Not found\n');
}

async function find(pathname: string, options: PageServerOptions): Promise<Asset | null> {
  const name = decodePath(pathname);
  if (name === null) return null;
  const slash = name.indexOf('/', 1);
  const resolver = slash < 0 ? undefined : options.mounts.get(name.slice(1, slash));
  if (resolver) return resolver(name.slice(slash + 1));
  const path = fileBelow(options.rendererDir, name === '/' || name === '' ? 'index.html' : name);
  return path === null ? null : { path, type: typeOf(path) };
}

/** An asset, byte ranges included; null when its file is not there. */
async function answer(request: Request, asset: Asset): Promise<Response | null> {
  const headers = { ...pageHeaders(), 'Content-Type': asset.type };
  if ('stream' in asset) {
    if (request.method === 'HEAD') asset.stream.destroy();
    return new Response(request.method === 'HEAD' ? null : bodyOf(asset.stream), { headers });
  }
  const size = await sizeOf(asset.path);
  if (size === null) return null;
  const all = {
    ...headers,
    'Accept-Ranges': 'bytes',
    ...(isHashed(asset.path) ? { 'Cache-Control': 'private, max-age=31536000, immutable' } : {}),
  };
  const range = parseRange(request.headers.get('range') ?? undefined, size);
  if (range === 'bad') {
    return new Response(null, { status: 416, headers: { ...all, 'Content-Range': `bytes */${size}` } });
  }
  const [start, end] = range === 'all' ? [0, size - 1] : range;
  const part = range === 'all' ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` };
  // Not a file handle: inside an asar archive only the plain file functions know where a file begins.
  const body =
    request.method === 'HEAD' || size === 0 ? null : bodyOf(createReadStream(asset.path, { start, end }));
  return new Response(body, {
    status: range === 'all' ? 200 : 206,
    headers: { ...all, ...part, 'Content-Length': String(end - start + 1) },
  });
}

/** `POST /upload/<name>?meta…`, answered like a command with a reply envelope in JSON. */
async function upload(request: Request, url: URL, router: Router): Promise<Response> {
  const name = url.pathname.slice('/upload/'.length);
  try {
    const accepted = router.acceptUpload(name, Object.fromEntries(url.searchParams));
    const announced = Number(request.headers.get('content-length') ?? Number.NaN);
    if (announced > accepted.maxBytes)
      throw new ReasonError('ipc.too-big', `at most ${accepted.maxBytes} bytes`);
    // A reader that leaves early cancels the body, so that the sender stops.
    const body = request.body ?? Readable.from([]);
    return reply(200, { type: 'result', id: 0, result: await accepted.finish(body) });
  } catch (error) {
    const explained = router.explainUpload(name, error);
    return reply(explained.reason === 'ipc.too-big' ? 413 : 422, { type: 'error', id: 0, error: explained });
  }
}

function bodyOf(stream: Readable): ConstructorParameters<typeof Response>[0] {
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null;
    throw error;
  }
}

function refuse(log: Log, why: string): Response {
  log.warn('request refused', { why });
  return plain(403, 'host.unauthorised: open the studio from its own program.\n');
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...pageHeaders(), 'Content-Type': PLAIN } });
}

function reply(status: number, envelope: ReplyEnvelope): Response {
  return new Response(JSON.stringify(envelope), {
    status,
    headers: { ...pageHeaders(), 'Content-Type': 'application/json; charset=utf-8' },
  });
}
