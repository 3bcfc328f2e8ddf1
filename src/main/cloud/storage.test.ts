import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { UploadRequest } from '../services/sync/transfer-ports.ts';
import { createFileRemote } from './storage.ts';

let dir: string;
const servers: Server[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vida3-storage-'));
  writeFileSync(join(dir, 'a.glb'), Buffer.alloc(100));
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(dir, { recursive: true, force: true });
});

async function server(listener: RequestListener): Promise<string> {
  const made = createServer(listener);
  servers.push(made);
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

const tokens = { token: async () => 'a.token.of-ours', refused: () => undefined };
const remoteOf = (url: string, stallMs?: number) =>
  createFileRemote({ config: { url, key: 'publishable' }, tokens, stallMs });
const request = (): UploadRequest => ({
  objectPath: 'a/b/c.glb',
  file: join(dir, 'a.glb'),
  bytes: 100,
  uploadUrl: null,
  signal: new AbortController().signal,
  onUrl: () => undefined,
  onProgress: () => undefined,
  onAccepted: () => undefined,
});

test('the token goes to no other server, whatever address an upload is given', async () => {
  const seen: string[] = [];
  const stranger = await server((message, answer) => {
    seen.push(message.url ?? '');
    answer.end();
  });
  const url = await server((_, answer) => {
    answer.writeHead(201, { location: `${stranger}/upload/1` }).end();
  });
  await expect(remoteOf(url).upload(request())).rejects.toMatchObject({
    name: 'RemoteError',
    kind: 'bad-answer',
  });
  await expect(
    remoteOf(url).upload({ ...request(), uploadUrl: `${stranger}/upload/1` }),
  ).rejects.toMatchObject({ kind: 'bad-answer' });
  expect(seen).toEqual([]);
});

test('a server that falls silent is as good as none', async () => {
  const url = await server(() => undefined);
  const remote = remoteOf(url, 50);
  await expect(remote.upload(request())).rejects.toMatchObject({ kind: 'offline' });
  const download = {
    objectPath: 'a/b/c.glb',
    file: join(dir, 'to'),
    maxBytes: 10,
    onProgress: () => undefined,
  };
  await expect(remote.download({ ...download, signal: new AbortController().signal })).rejects.toMatchObject({
    kind: 'offline',
  });
});

test('an error of the server while asking for the offset does not begin anew', async () => {
  const methods: string[] = [];
  const url = await server((message, answer) => {
    methods.push(message.method ?? '');
    answer.writeHead(503, { 'retry-after': '7' }).end('busy');
  });
  await expect(
    remoteOf(url).upload({ ...request(), uploadUrl: `${url}/storage/v1/upload/resumable/1` }),
  ).rejects.toMatchObject({
    kind: 'busy',
    retryAfterMs: 7000,
  });
  expect(methods).toEqual(['HEAD']);
});

test.each([
  [
    {
      status: 400,
      body: { statusCode: '403', error: 'Unauthorized', message: '"exp" claim timestamp check failed' },
    },
    'signed-out',
    403,
  ],
  [
    {
      status: 400,
      body: {
        statusCode: '403',
        error: 'Unauthorized',
        message: 'new row violates row-level security policy',
      },
    },
    'refused',
    403,
  ],
  [
    { status: 400, body: { statusCode: '404', error: 'not_found', message: 'Object not found' } },
    'refused',
    404,
  ],
  [{ status: 429, body: {} }, 'busy', 429],
  [{ status: 302, body: {} }, 'bad-answer', 302],
])('%j is %s', async ({ status, body }, kind, meant) => {
  const url = await server((_, answer) => {
    answer.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(JSON.stringify(body));
  });
  const download = {
    objectPath: 'a/b/c.glb',
    file: join(dir, 'to'),
    maxBytes: 10,
    onProgress: () => undefined,
  };
  await expect(
    remoteOf(url).download({ ...download, signal: new AbortController().signal }),
  ).rejects.toMatchObject({ kind, status: meant });
});
