import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { type BrowserHost, createBrowserHost } from '../src/main/host/browser/index.ts';
import type { MediaProcess } from '../src/main/host/port.ts';
import { Router } from '../src/main/ipc/router.ts';
import { silentLog } from '../src/main/logging/log.ts';
import { appHello } from '../src/shared/ipc/app.ts';
import { pictureUpload } from '../src/shared/ipc/studio.ts';
import { MEDIA_ENTRY } from './host/describe-host.ts';

let scratch: string;
let host: BrowserHost;
let origin: string;
let cookie: string;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request as a program would send it: no header but Host goes by itself, the path goes as it is. */
function ask(path: string, options: RequestOptions & { body?: Buffer | Readable } = {}): Promise<Answer> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port: host.port, path, agent: false, ...rest },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    outgoing.on('error', reject);
    if (body instanceof Readable) body.pipe(outgoing);
    else outgoing.end(body);
  });
}

/** Opens a socket as the page would, with some headers changed. @returns the socket, or the refusal's status */
function socket(path: string, headers: Record<string, string | undefined> = {}): Promise<WebSocket | number> {
  const merged = { origin, cookie, ...headers };
  const given = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const opened = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers: given });
    opened.on('open', () => resolve(opened));
    opened.on('unexpected-response', (outgoing, response) => {
      resolve(response.statusCode!);
      outgoing.destroy();
    });
    opened.on('error', reject);
  });
}

async function opened(path: string): Promise<WebSocket> {
  const result = await socket(path);
  if (typeof result === 'number') throw new Error(`${path} answers ${result}`);
  return result;
}

const closeCode = (of: WebSocket) => new Promise<number>((resolve) => of.on('close', resolve));
const nextMessage = (of: WebSocket) =>
  new Promise<unknown>((resolve) => of.once('message', (data) => resolve(JSON.parse(String(data)))));

async function greet(page: WebSocket): Promise<unknown> {
  const answer = nextMessage(page);
  page.send(JSON.stringify({ id: 1, command: 'app.hello', payload: { protocol: 1 } }));
  return answer;
}

function makeRouter(): Router {
  const router = new Router({ log: silentLog, redact: (text) => text });
  router.handle(
    appHello,
    () =>
      ({
        version: '0',
        host: 'browser',
        mode: 'studio',
        secrets: 'file',
        desktop: { tray: false, globalShortcuts: false },
      }) as const,
  );
  router.receive(pictureUpload, () => ({}));
  return router;
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'vida3-hostile-'));
  const rendererDir = join(scratch, 'renderer');
  await mkdir(join(rendererDir, 'assets'), { recursive: true });
  await writeFile(join(rendererDir, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(rendererDir, 'assets', 'app-0123abcd.js'), 'export {};');
  await writeFile(join(rendererDir, 'clip.mp4'), '0123456789');
  await writeFile(join(scratch, 'secret.txt'), 'secret');
  host = createBrowserHost({
    home: join(scratch, 'home'),
    rendererDir,
    mediaEntry: MEDIA_ENTRY,
    log: silentLog,
    launch: false,
  });
  host.serve('avatar', async (name) =>
    name === 'a b/vida.glb' ? { stream: Readable.from(['glTF', '!']), type: 'model/gltf-binary' } : null,
  );
  await host.start(makeRouter());
  origin = `http://127.0.0.1:${host.port}`;
  const entry = new URL(host.url('/'));
  const admitted = await ask(entry.pathname + entry.search);
  cookie = admitted.headers['set-cookie']![0]!.split(';')[0]!;
});
afterAll(async () => {
  await host.close();
  await rm(scratch, { recursive: true, force: true });
});

describe('who may come in', () => {
  test('a token admits once and is not in the next address', async () => {
    const entry = new URL(host.url('/?view=demo'));
    const first = await ask(entry.pathname + entry.search);
    expect(first).toMatchObject({
      status: 303,
      headers: { location: '/?view=demo', 'cache-control': 'no-store' },
    });
    expect(first.headers['set-cookie']![0]).toMatch(/HttpOnly; SameSite=Strict/);
    cookie = first.headers['set-cookie']![0]!.split(';')[0]!;
    expect((await ask(entry.pathname + entry.search)).status).toBe(403);
    expect((await ask('/?token=guess', { headers: { cookie } })).status).toBe(403);
  });

  test.each(['/', '/index.html', '/assets/app-0123abcd.js', '/avatar/x', '/nothing'])(
    'without a session %s says nothing',
    async (path) => {
      const answer = await ask(path);
      expect(answer.status).toBe(403);
      expect(answer.body.toString()).toMatch(/^host.unauthorised/);
    },
  );

  test.each([
    ['another Host', { host: 'evil.example' }],
    ['localhost', { host: 'localhost' }],
    ['another Origin', { origin: 'http://evil.example' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port', { 'sec-fetch-site': 'same-site' }],
  ])('%s is refused although the cookie is right', async (_name, headers) => {
    expect((await ask('/', { headers: { cookie, ...headers } })).status).toBe(403);
  });

  test('both sockets want Host, Origin and cookie', async () => {
    for (const path of ['/commands', '/media']) {
      expect(await socket(path, { host: 'evil.example' })).toBe(403);
      expect(await socket(path, { origin: 'http://evil.example' })).toBe(403);
      expect(await socket(path, { origin: undefined })).toBe(403);
      expect(await socket(path, { cookie: undefined })).toBe(403);
      expect(await socket(path, { cookie: `${cookie}x` })).toBe(403);
    }
    expect(await socket('/other')).toBe(404);
    expect(await socket('/media')).toBe(503);
  });

  test('it listens on 127.0.0.1 only', async () => {
    // Were it bound to every address, nobody else could take the port on another one.
    const other = createServer();
    other.listen({ port: host.port, host: '127.0.0.2' });
    await once(other, 'listening');
    other.close();
  });
});

describe('what is served', () => {
  test('pages carry every protection and their type', async () => {
    const { status, headers } = await ask('/', { headers: { cookie } });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${host.port} blob: data:`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/'unsafe-eval'|script-src[^;]*'unsafe-inline'|\*/);
    const asset = await ask('/assets/app-0123abcd.js', { headers: { cookie } });
    expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(asset.headers['cache-control']).toContain('immutable');
  });

  test('byte ranges of media, and nothing but GET', async () => {
    const part = await ask('/clip.mp4', { headers: { cookie, range: 'bytes=2-4' } });
    expect(part).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 2-4/10' } });
    expect(part.body.toString()).toBe('234');
    expect((await ask('/clip.mp4', { headers: { cookie, range: 'bytes=99-' } })).status).toBe(416);
    const head = await ask('/clip.mp4', { method: 'HEAD', headers: { cookie } });
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '10' } });
    expect((await ask('/', { method: 'DELETE', headers: { cookie, origin } })).status).toBe(405);
  });

  test('mounted assets come as streams too', async () => {
    const asset = await ask('/avatar/a%20b/vida.glb', { headers: { cookie } });
    expect(asset).toMatchObject({ status: 200, headers: { 'content-type': 'model/gltf-binary' } });
    expect(asset.body.toString()).toBe('glTF!');
    expect((await ask('/avatar/none', { headers: { cookie } })).status).toBe(404);
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/avatar/../../secret.txt',
    '/avatar/%2e%2e/%2e%2e/secret.txt',
    '/%00',
    '/%zz',
    '//evil.example/',
    '/assets',
    '/index.html/x',
    `/${'a'.repeat(5000)}`,
  ])('%s leads nowhere', async (path) => {
    const answer = await ask(path, { headers: { cookie } });
    expect([403, 404]).toContain(answer.status);
    expect(answer.body.toString()).not.toContain('secret');
  });
});

describe('uploads', () => {
  const upload = (path: string, options: Parameters<typeof ask>[1] = {}) =>
    ask(path, { method: 'POST', ...options, headers: { cookie, origin, ...options.headers } });

  test('wait for a page, then are checked by name and meta', async () => {
    expect(JSON.parse((await upload('/upload/picture?id=1')).body.toString()).error.reason).toBe(
      'ipc.not-allowed',
    );
    const page = await opened('/commands');
    await greet(page);
    expect(await upload('/upload/picture?id=1', { body: Buffer.from('png') })).toMatchObject({ status: 200 });
    expect((await upload('/upload/picture?id=x')).status).toBe(422);
    expect((await upload('/upload/__proto__')).status).toBe(422);
    expect(
      (await upload('/upload/picture?id=1', { headers: { origin: 'http://evil.example' } })).status,
    ).toBe(403);
    page.close();
    await closeCode(page);
  });

  test('one that is too big is refused by its announcement, and while it comes', async () => {
    const page = await opened('/commands');
    await greet(page);
    const announced = await upload('/upload/picture?id=1', {
      headers: { 'content-length': String(pictureUpload.maxBytes + 1) },
      body: Readable.from([Buffer.alloc(1000)]),
    });
    expect(announced.status).toBe(413);
    let sent = 0;
    const endless = new Readable({
      read() {
        sent += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    // The sender never stops: it may meet the answer or the cut connection first.
    const status = await upload('/upload/picture?id=1', { body: endless }).then(
      (answer) => answer.status,
      (error: NodeJS.ErrnoException) => error.code,
    );
    endless.destroy();
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(status);
    expect(sent).toBeGreaterThan(pictureUpload.maxBytes);
    page.close();
    await closeCode(page);
  });
});

describe('sockets', () => {
  test('garbage on the command socket is answered or cut, and the next page is served', async () => {
    const page = await opened('/commands');
    for (const text of [
      '',
      'null',
      '[]',
      '{"id":1}',
      '{"id":-1,"command":"app.hello"}',
      '\u0000',
      '{'.repeat(10_000),
    ]) {
      const answer = nextMessage(page);
      page.send(text);
      expect(await answer).toMatchObject({ type: 'error', error: { reason: 'ipc.bad-payload' } });
    }
    page.send(Buffer.from([0, 1, 2]));
    expect(await closeCode(page)).toBe(1003);
    const second = await opened('/commands');
    second.send('x'.repeat(2_000_000));
    expect(await closeCode(second)).toBe(1009);
    const third = await opened('/commands');
    expect(await greet(third)).toMatchObject({ type: 'result' });
    third.close();
    await closeCode(third);
  });

  test('a second page takes the place of the first', async () => {
    const first = await opened('/commands');
    await greet(first);
    const closed = closeCode(first);
    const second = await opened('/commands');
    expect(await closed).toBe(4001);
    expect(await greet(second)).toMatchObject({ type: 'result' });
    second.close();
    await closeCode(second);
  });

  test('bytes that are no HTTP end the connection only', async () => {
    for (const bytes of [
      '\u0016\u0003\u0001',
      'GET\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: ${'x'.repeat(100_000)}\r\n\r\n`,
    ]) {
      const raw = connect(host.port, '127.0.0.1');
      raw.on('error', () => undefined);
      raw.write(bytes);
      await new Promise((resolve) => raw.on('close', resolve).resume());
    }
    expect((await ask('/', { headers: { cookie } })).status).toBe(200);
  });

  test('garbage on the media socket does not end the media process', async () => {
    const media: MediaProcess = host.startMedia();
    await new Promise<void>((resolve) => media.onMessage((message) => message.type === 'ready' && resolve()));
    let exited = false;
    media.onExit(() => {
      exited = true;
    });
    for (const garbage of [
      'text',
      Buffer.alloc(0),
      Buffer.from([9]),
      Buffer.alloc(100, 0xff),
      Buffer.alloc(17, 1),
    ]) {
      const port = await opened('/media');
      port.on('error', () => undefined);
      port.send(garbage);
      await Promise.race([closeCode(port), sleep(100)]);
      port.terminate();
    }
    const again = await opened('/media');
    expect(again.readyState).toBe(again.OPEN);
    expect(exited).toBe(false);
    const closed = closeCode(again);
    await media.kill();
    await closed;
    expect(exited).toBe(true);
  });
});

describe('ports', () => {
  const makeHost = (name: string, port?: number) =>
    createBrowserHost({
      home: join(scratch, name),
      rendererDir: join(scratch, 'renderer'),
      mediaEntry: MEDIA_ENTRY,
      log: silentLog,
      launch: false,
      port,
    });

  test('a fixed port in use is named; without one another is taken, and kept for the next time', async () => {
    const fixed = makeHost('fixed', host.port);
    await expect(fixed.start(makeRouter())).rejects.toMatchObject({ reason: 'host.port-in-use' });
    await fixed.close();
    const first = makeHost('free');
    await first.start(makeRouter());
    const { port } = first;
    await first.close();
    const second = makeHost('free');
    await second.start(makeRouter());
    expect(second.port).toBe(port);
    const blocked = makeHost('other');
    await writeFile(join(scratch, 'other', 'browser-port'), String(port));
    await blocked.start(makeRouter());
    expect(blocked.port).not.toBe(port);
    await Promise.all([second.close(), blocked.close()]);
  });
});
