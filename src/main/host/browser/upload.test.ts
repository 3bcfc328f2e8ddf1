import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { archiveUpload } from '../../../shared/ipc/data.ts';
import { greetedRouter } from '../../ipc/fake-page.ts';
import { handleUpload } from './upload.ts';

const CHUNK = Buffer.alloc(1024 * 1024, 7);

let folder: string;
let server: Server;
let seen: { bytes: number; path: string }[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vida3-upload-'));
  seen = [];
  const router = await greetedRouter(folder);
  router.receiveFile(archiveUpload, (_meta, path) => {
    seen.push({ bytes: readFileSync(path).byteLength, path });
    return { added: 1, known: 0, refused: 0 };
  });
  server = createServer((request, response) => {
    void handleUpload(request, response, new URL(request.url ?? '/', 'http://x'), router, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const post = (headers: Record<string, string | number> = {}) => {
  const { port } = server.address() as AddressInfo;
  const sent = httpRequest({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/upload/archive?name=a.zip',
    headers,
  });
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
  });
  return { sent, answer };
};

test('an upload is streamed to a file, and the file is gone when it is answered', async () => {
  const { sent, answer } = post();
  for (let i = 0; i < 8; i++) {
    if (!sent.write(CHUNK)) await new Promise((resolve) => sent.once('drain', resolve));
  }
  sent.end();
  expect(await answer).toMatchObject({ status: 200, text: expect.stringContaining('"added":1') });
  expect(seen).toMatchObject([{ bytes: 8 * CHUNK.byteLength }]);
  expect(readdirSync(folder)).toEqual([]);
});

test('one that announces too much is answered before it is read', async () => {
  const { sent, answer } = post({ 'Content-Length': archiveUpload.maxBytes + 1 });
  sent.flushHeaders();
  expect(await answer).toMatchObject({ status: 413, text: expect.stringContaining('ipc.too-big') });
  expect(readdirSync(folder)).toEqual([]);
  sent.destroy();
});

test('one that breaks off leaves no file and calls nobody', async () => {
  const { sent, answer } = post();
  const failed = answer.catch((error: unknown) => error);
  sent.write(CHUNK);
  while (readdirSync(folder).length === 0) await nextTurn();
  sent.destroy();
  await failed;
  while (readdirSync(folder).length > 0) await nextTurn();
  expect(seen).toEqual([]);
});
