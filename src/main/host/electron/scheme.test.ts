import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appHello } from '../../../shared/ipc/app.ts';
import { pictureUpload } from '../../../shared/ipc/studio.ts';
import { Router } from '../../ipc/router.ts';
import { readAll } from '../../ipc/upload-body.ts';
import { silentLog } from '../../logging/log.ts';
import type { AssetResolver } from '../port.ts';
import { createPageServer } from './scheme.ts';

let folder: string;
let serve: (path: string, init?: RequestInit & { initiatorOrigin?: string }) => Promise<Response>;
let received: Uint8Array[];
let router: Router;

const mount: AssetResolver = async (name) => {
  if (name === 'stream') return { stream: Readable.from([Buffer.from('streamed')]), type: 'text/x-test' };
  if (name === 'broken') throw new Error('a disk on fire');
  return null;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-scheme-'));
  const renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html>');
  writeFileSync(join(renderer, 'assets', 'index-AbCd1234.js'), '0123456789');
  writeFileSync(join(renderer, 'empty.txt'), '');
  writeFileSync(join(folder, 'secrets.key'), 'secret');
  received = [];
  router = new Router({ log: silentLog, redact: (text) => text });
  router.handle(appHello, () => ({
    version: '0',
    host: 'electron' as const,
    mode: 'studio' as const,
    secrets: 'keyring' as const,
    desktop: { tray: true, globalShortcuts: true },
  }));
  router.receive(pictureUpload, (_meta, bytes) => {
    received.push(bytes);
    return {};
  });
  const answer = createPageServer({
    rendererDir: renderer,
    mounts: new Map([['mount', mount]]),
    router,
    log: silentLog,
  });
  serve = (path, { initiatorOrigin, ...init } = {}) => {
    const request = new Request(path.startsWith('/') ? `app://studio${path}` : path, init);
    if (initiatorOrigin !== undefined)
      Object.defineProperty(request, 'initiatorOrigin', { value: initiatorOrigin });
    return answer(request);
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const greet = () =>
  router
    .connect({ send: () => undefined })
    .receive(JSON.stringify({ id: 1, command: 'app.hello', payload: { protocol: 1 } }));

describe('pages', () => {
  test.each(['/', '/index.html', '/index.html?x=1'])('%s is the page', async (path) => {
    const answer = await serve(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toBe('<!doctype html>');
  });

  test('what has a hash in its name may be kept', async () => {
    const answer = await serve('/assets/index-AbCd1234.js');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('content-length')).toBe('10');
    expect(await answer.text()).toBe('0123456789');
  });

  test.each([
    ['bytes=2-4', 206, 'bytes 2-4/10', '234'],
    ['bytes=8-', 206, 'bytes 8-9/10', '89'],
    ['bytes=-3', 206, 'bytes 7-9/10', '789'],
    ['bytes=0-100', 206, 'bytes 0-9/10', '0123456789'],
    ['bytes=10-', 416, 'bytes */10', ''],
    ['bytes=0-1,3-4', 200, null, '0123456789'],
  ])('the range %s is answered %i', async (range, status, contentRange, text) => {
    const answer = await serve('/assets/index-AbCd1234.js', { headers: { range } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-range')).toBe(contentRange);
    expect(await answer.text()).toBe(text);
  });

  test('an empty file, a HEAD, a stream', async () => {
    expect(await (await serve('/empty.txt')).text()).toBe('');
    const head = await serve('/assets/index-AbCd1234.js', { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('10');
    expect(await head.text()).toBe('');
    const streamed = await serve('/mount/stream');
    expect([streamed.headers.get('content-type'), await streamed.text()]).toEqual([
      'text/x-test',
      'streamed',
    ]);
  });

  test.each([
    '/nothing.js',
    '/assets',
    '/assets/',
    '/mount/nothing',
    '/../secrets.key',
    '/%2e%2e/secrets.key',
    '/..%2fsecrets.key',
    '/assets/..%2f..%2fsecrets.key',
    '/assets%5c..%5c..%5csecrets.key',
    '/%00',
    '/%ff',
    '/index.html%00.js',
    `/${'a'.repeat(5000)}`,
  ])('%s is not there', async (path) => {
    const answer = await serve(path);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('secret\u0000');
  });

  test.each(['app://other/index.html', 'app://studio.evil/index.html', 'app://studio:1/index.html'])(
    '%s is refused',
    async (url) => expect((await serve(url)).status).toBe(403),
  );

  test('another origin is refused, whatever it asks', async () => {
    expect((await serve('/index.html', { initiatorOrigin: 'https://evil.example' })).status).toBe(403);
    expect((await serve('/index.html', { initiatorOrigin: 'null' })).status).toBe(403);
    expect((await serve('/index.html', { initiatorOrigin: 'app://studio' })).status).toBe(200);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'POST', 'OPTIONS'])('%s is not allowed', async (method) => {
    const answer = await serve('/index.html', { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });

  test('a failure is an answer, with its headers', async () => {
    const answer = await serve('/mount/broken');
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await answer.text()).not.toContain('fire');
  });
});

describe('uploads', () => {
  const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const answer = await serve(path, { method: 'POST', body, headers });
    return { status: answer.status, reply: (await answer.json()) as unknown };
  };

  test('are answered like commands', async () => {
    await greet();
    expect(await post('/upload/picture?id=7', 'PNG')).toEqual({
      status: 200,
      reply: { type: 'result', id: 0, result: {} },
    });
    expect(Buffer.from(received[0]!).toString()).toBe('PNG');
  });

  test.each([
    ['/upload/picture?id=x', 'ipc.bad-payload'],
    ['/upload/nothing?id=1', 'ipc.unknown-command'],
    ['/upload/', 'ipc.unknown-command'],
  ])('%s is refused with %s', async (path, reason) => {
    await greet();
    expect(await post(path, 'x')).toMatchObject({ status: 422, reply: { type: 'error', error: { reason } } });
    expect(received).toEqual([]);
  });

  test('come after the hello', async () => {
    expect(await post('/upload/picture?id=7', 'PNG')).toMatchObject({
      status: 422,
      reply: { error: { reason: 'ipc.not-allowed' } },
    });
  });

  test('that are announced too big are not read', async () => {
    await greet();
    const body = 'x';
    expect(await post('/upload/picture?id=7', body, { 'content-length': String(2 ** 40) })).toMatchObject({
      status: 413,
      reply: { error: { reason: 'ipc.too-big' } },
    });
  });

  test('that turn out too big are cut off', async () => {
    let given = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        given++;
        controller.enqueue(new Uint8Array(1000));
      },
      cancel() {
        cancelled = true;
      },
    });
    const request = new Request('app://studio/upload/picture', {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit);
    await expect(readAll(request.body!, 2500)).rejects.toMatchObject({ reason: 'ipc.too-big' });
    expect(given).toBeLessThan(8);
    expect(cancelled).toBe(true);
  });
});
