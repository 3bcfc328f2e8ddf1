import { open } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Asset } from '../port.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.glb': 'model/gltf-binary',
  '.vrm': 'model/gltf-binary',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.wav': 'audio/wav',
};
/** Vite puts a content hash into the names of what it builds. */
const HASHED = /[/\\]assets[/\\][^/\\]+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/** What is at such a path never changes. */
export function isHashed(path: string): boolean {
  return HASHED.test(path);
}

/** The media type by the name's ending; unknown ones (models among them) are plain bytes. */
export function typeOf(path: string): string {
  return TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
}

/**
 * Decodes a request path; null if it could mean anything but a plain name below its folder.
 * @param pathname still percent-encoded, without query
 */
export function decodePath(pathname: string): string | null {
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (/[\0\\]/.test(name) || name.split('/').some((part) => part === '..' || part === '.')) return null;
  return name;
}

/** The file behind a decoded path of a folder; null when it would lie outside. */
export function fileBelow(folder: string, name: string): string | null {
  const root = resolve(folder);
  const path = join(root, name);
  return path.startsWith(root + sep) ? path : null;
}

/** An inclusive byte range `[start, end]`, `all` without one, `bad` if it cannot be satisfied. */
export function parseRange(
  header: string | undefined,
  size: number,
): 'all' | 'bad' | readonly [number, number] {
  const match = header === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(header);
  // What is no single byte range may be ignored (RFC 9110, 14.2).
  if (!match || (match[1] === '' && match[2] === '')) return 'all';
  if (match[1] === '') {
    const tail = Math.min(size, Number(match[2]));
    return tail === 0 ? 'bad' : [size - tail, size - 1];
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  return start >= size || start > end ? 'bad' : [start, end];
}

/**
 * Answers GET and HEAD with an asset, byte ranges included.
 * @returns false when the file is not there; nothing has been written then
 */
export async function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  asset: Asset,
  headers: OutgoingHttpHeaders,
): Promise<boolean> {
  if ('stream' in asset) {
    response.writeHead(200, { ...headers, 'Content-Type': asset.type });
    await sendBody(request, response, asset.stream);
    return true;
  }
  const file = await openIfThere(asset.path);
  if (!file) return false;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return false;
    const range = parseRange(request.headers.range, stat.size);
    const all = {
      ...headers,
      'Content-Type': asset.type,
      'Accept-Ranges': 'bytes',
      ...(isHashed(asset.path) ? { 'Cache-Control': 'private, max-age=31536000, immutable' } : {}),
    };
    if (range === 'bad') {
      response.writeHead(416, { ...all, 'Content-Range': `bytes */${stat.size}` }).end();
    } else if (range === 'all') {
      response.writeHead(200, { ...all, 'Content-Length': stat.size });
      await sendBody(request, response, file.createReadStream({ autoClose: false }));
    } else {
      const [start, end] = range;
      response.writeHead(206, {
        ...all,
        'Content-Length': end - start + 1,
        'Content-Range': `bytes ${start}-${end}/${stat.size}`,
      });
      await sendBody(request, response, file.createReadStream({ start, end, autoClose: false }));
    }
    return true;
  } finally {
    await file.close();
  }
}

async function sendBody(request: IncomingMessage, response: ServerResponse, body: Readable): Promise<void> {
  if (request.method === 'HEAD') {
    body.destroy();
    response.end();
    return;
  }
  try {
    await pipeline(body, response);
  } catch (error) {
    // The page went away in the middle, which is its right.
    if (!response.destroyed) throw error;
  }
}

async function openIfThere(path: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG') return null;
    throw error;
  }
}
