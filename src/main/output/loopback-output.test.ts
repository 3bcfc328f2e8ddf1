import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  AVATAR_POSE_WIRE_VALUES,
  createAvatarPose,
  readAvatarPose,
  writeAvatarPose,
} from '../../shared/domain/avatar-pose.ts';
import { DEFAULT_SETTINGS } from '../../shared/domain/studio.ts';
import type { OutputSnapshot } from '../../shared/ipc/output.ts';
import { silentLog } from '../logging/log.ts';
import { OutputService } from '../services/output/output.ts';
import type { OutputServer } from '../services/output/ports.ts';
import { createLoopbackOutput } from './loopback-output.ts';

let home: string;
let server: OutputServer;
let service: OutputService;
let published: OutputSnapshot[];
let wanted: boolean[];
let moved: number;

const make = () => {
  server = createLoopbackOutput({
    home,
    rendererDir: join(home, 'page'),
    mounts: new Map([
      [
        'avatars',
        async (name) =>
          name === 'vida.vrm' ? { path: join(home, 'vida.vrm'), type: 'model/gltf-binary' } : null,
      ],
    ]),
    log: silentLog,
  });
  published = [];
  wanted = [];
  moved = 0;
  service = new OutputService({
    server,
    publish: (snapshot) => published.push(snapshot),
    onMoved: () => moved++,
    wantPoses: (on) => wanted.push(on),
  });
};

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'vida3-output-'));
  await mkdir(join(home, 'page', 'assets'), { recursive: true });
  writeFileSync(join(home, 'page', 'output.html'), '<!doctype html><title>o</title>');
  writeFileSync(join(home, 'page', 'index.html'), '<!doctype html><title>studio</title>');
  writeFileSync(join(home, 'page', 'assets', 'a.js'), 'export {}');
  writeFileSync(join(home, 'vida.vrm'), 'glTF');
  make();
});

afterEach(async () => {
  await service.close();
  rmSync(home, { recursive: true, force: true });
});

/** @returns status and body; what fetch would not let us say (Host, a raw path) goes through node:http */
function ask(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; body: string }> {
  const { port } = new URL(service.snapshot.url!);
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    });
    asked.on('error', reject).end();
  });
}

function connect(url: string, origin: string | null): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, origin === null ? {} : { origin });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

test('the address with its key serves the page, its files and avatars, and nothing else', async () => {
  await service.enable(true);
  const url = new URL(service.snapshot.url!);
  const base = url.pathname.replace('/output.html', '');
  expect((await ask(url.pathname)).body).toContain('<title>o');
  expect((await ask(`${base}/assets/a.js`)).status).toBe(200);
  expect((await ask(`${base}/avatars/vida.vrm`)).body).toBe('glTF');
  for (const path of [
    '/index.html',
    '/',
    '/avatars/none.vrm',
    '/assets/../index.html',
    '/assets/%2e%2e/index.html',
    '/backgrounds/x',
  ]) {
    expect((await ask(base + path)).status, path).toBe(404);
  }
  expect((await ask(url.pathname, {}, 'POST')).status).toBe(405);
});

test('without the key, with another Host or Origin everything is refused', async () => {
  await service.enable(true);
  const url = new URL(service.snapshot.url!);
  const wrong = url.pathname.replace(/^\/./, (start) => (start === '/A' ? '/B' : '/A'));
  for (const path of ['/', '/output.html', wrong, url.pathname.slice(0, 20), url.pathname.slice(0, 33)]) {
    expect((await ask(path)).status, path).toBe(403);
  }
  expect((await ask(url.pathname, { host: 'evil.example' })).status).toBe(403);
  expect((await ask(url.pathname, { origin: 'https://evil.example' })).status).toBe(403);
  const pose = `ws://127.0.0.1:${url.port}${url.pathname.replace('output.html', 'pose')}`;
  await expect(connect(pose, null)).rejects.toThrow('403');
  await expect(connect(pose, 'https://evil.example')).rejects.toThrow('403');
  await expect(connect(`ws://127.0.0.1:${url.port}/pose`, url.origin)).rejects.toThrow('403');
});

test('a page hears the state and every pose, and is counted', async () => {
  await service.enable(true);
  service.follow({
    avatar: { id: 'vida', name: 'Vida', url: '/avatars/vida.vrm', family: 'vrm1', wantsThumbnail: false },
    settings: DEFAULT_SETTINGS,
    panic: false,
  } as Parameters<OutputService['follow']>[0]);
  const url = new URL(service.snapshot.url!);
  const heard: (string | Float32Array)[] = [];
  const socket = new WebSocket(url.href.replace('http:', 'ws:').replace('output.html', 'pose'), {
    origin: url.origin,
  });
  socket.binaryType = 'arraybuffer';
  socket.on('message', (data, isBinary) => {
    heard.push(isBinary ? new Float32Array(data as ArrayBuffer) : String(data));
  });
  await expect.poll(() => heard.length).toBe(1);
  expect(JSON.parse(String(heard[0]))).toMatchObject({
    type: 'state',
    visible: true,
    avatar: { url: './avatars/vida.vrm' },
  });
  expect(service.snapshot.clients).toBe(1);
  expect(wanted.at(-1)).toBe(true);

  const face = createAvatarPose();
  Object.assign(face, { yaw: 0.25, presence: 1 });
  face.channels[3] = 0.5;
  const values = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  writeAvatarPose(face, values);
  service.pose([...values]);
  await expect.poll(() => heard.length).toBe(2);
  const read = createAvatarPose();
  readAvatarPose(heard[1] as Float32Array, read);
  expect(read).toEqual(face);

  socket.terminate();
  await expect.poll(() => service.snapshot.clients).toBe(0);
  expect(wanted.at(-1)).toBe(false);
});

test('without a place to keep its address nothing is left listening, and the next try works', async () => {
  const servers = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  const before = servers();
  const saved = join(home, 'output-page.json');
  await mkdir(saved);
  await expect(service.enable(true)).rejects.toThrow('output.failed');
  await expect.poll(servers).toBe(before);
  expect(service.snapshot.enabled).toBe(false);
  rmSync(saved, { recursive: true });
  await service.enable(true);
  expect((await ask(new URL(service.snapshot.url!).pathname)).status).toBe(200);
  await service.enable(false);
  await expect.poll(servers).toBe(before);
});

test('the address stays the same over a restart, and off means closed', async () => {
  await service.enable(true);
  const { url } = service.snapshot;
  await service.enable(false);
  expect(service.snapshot).toEqual({ enabled: false, url: null, clients: 0 });
  await expect(fetch(url!)).rejects.toThrow();
  make();
  await service.enable(true);
  expect(service.snapshot.url).toBe(url);
  const saved = join(home, 'output-page.json');
  if (process.platform !== 'win32') expect(statSync(saved).mode & 0o777).toBe(0o600);
  await service.enable(false);
  writeFileSync(saved, '{"port":1,"key":"../.."}');
  make();
  await service.enable(true);
  expect(service.snapshot.url).not.toBe(url);
  expect(JSON.parse(readFileSync(saved, 'utf8')).key).toMatch(/^[\w-]{32}$/);
});

test('a taken port moves the address for this run only', async () => {
  await service.enable(true);
  const { url } = service.snapshot;
  await service.enable(false);
  const blocker = createServer().listen(Number(new URL(url!).port), '127.0.0.1');
  await once(blocker, 'listening');
  make();
  await service.enable(true);
  expect(service.snapshot.url).not.toBe(url);
  expect(moved).toBe(1);
  await service.enable(false);
  blocker.close();
  await once(blocker, 'close');
  make();
  await service.enable(true);
  expect(service.snapshot.url).toBe(url);
});
