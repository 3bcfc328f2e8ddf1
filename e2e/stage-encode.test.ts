import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { startsDecoding } from '../src/renderer/pipeline/stage/h264.ts';
import type { StageEvent, StageMetrics } from '../src/renderer/pipeline/stage/messages.ts';
import { type MediaPacket, readMediaPacket, type VideoPacket } from '../src/shared/domain/media-packet.ts';
import type { StageHarness } from './stage/harness.ts';
import { OUT, openStagePage, type StagePage } from './stage/serve.ts';
import { idrPicId, parameterSets } from './support/h264.ts';

const WIDTH = 640;
const HEIGHT = 360;
const FPS = 15;
const own = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../resources/avatars/vida.vrm');
const ffmpeg = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';
const hasFfmpeg = spawnSync(ffmpeg, ['-version']).status === 0;

let stage: StagePage;
let sink: WebSocketServer;
let client: WebSocket | null = null;
let connections = 0;
let packetsAtConnection = 0;
const packets: MediaPacket[] = [];

type Harness = StageHarness['worker'];
async function call<K extends keyof Harness>(
  name: K,
  ...args: Parameters<Harness[K]>
): Promise<Awaited<ReturnType<Harness[K]>>> {
  return (await stage.page.evaluate(
    ([method, values]) => {
      const { harness } = globalThis as unknown as {
        harness: { worker: Record<string, (...a: unknown[]) => unknown> };
      };
      return harness.worker[method as string]!(...(values as unknown[]));
    },
    [name, args] as const,
  )) as Awaited<ReturnType<Harness[K]>>;
}

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function until(what: string, ready: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await ready()) return;
    await wait(50);
  }
  throw new Error(`never happened: ${what}`);
}

async function metrics(): Promise<StageMetrics> {
  const events = (await call('events')) as StageEvent[];
  const last = events.findLast((event) => event.type === 'metrics');
  if (last?.type !== 'metrics') throw new Error('no metrics yet');
  return last.metrics;
}

const video = (epoch: number): VideoPacket[] =>
  packets.filter(
    (packet): packet is VideoPacket => packet.kind === 'video' && packet.epoch === epoch && !packet.card,
  );
const cards = (from: readonly MediaPacket[]): VideoPacket[] =>
  from.filter((packet): packet is VideoPacket => packet.kind === 'video' && packet.card);

beforeAll(async () => {
  stage = await openStagePage();
  sink = new WebSocketServer({ server: stage.server, path: '/media' });
  sink.on('connection', (socket) => {
    client = socket;
    packetsAtConnection = packets.length;
    connections++;
    socket.on('message', (data: Buffer) => packets.push(readMediaPacket(new Uint8Array(data))));
  });
  await call(
    'start',
    {
      picture: { width: WIDTH, height: HEIGHT, fps: FPS, bitrateKbps: 1200 },
      media: { transport: 'socket', url: '/media' },
      mode: 'studio',
    },
    true,
  );
  if (existsSync(own)) {
    await call('send', { type: 'setAvatar', id: 'vida', url: '/resources/avatars/vida.vrm', family: 'vrm1' });
    await until('avatar shown', async () =>
      ((await call('events')) as StageEvent[]).some(
        (event) => event.type === 'avatar' && event.state === 'shown',
      ),
    );
  }
  await until('media port', () => connections > 0);
});
afterAll(async () => {
  await call('send', { type: 'close' });
  for (const socket of sink.clients) socket.terminate();
  sink.close();
  await stage.close();
});

describe('encoded programme', () => {
  test('four seconds: valid packets, key frames in time, every one decodable', async () => {
    await call('pcm', 1);
    await call('send', { type: 'setBroadcast', broadcast: { epoch: 7 } });
    await call('drive', 30, 4.2);
    await call('pcm', 2);
    await call('send', { type: 'setBroadcast', broadcast: null });
    await until('encoder off', async () => (await metrics()).encode.state === 'off');
    const sent = video(7);
    expect(sent.length).toBeGreaterThan(20);
    expect(sent[0]!.key).toBe(true);
    const keys = sent.filter((packet) => packet.key);
    for (const key of keys) expect(startsDecoding(key.data)).toBe(true);
    for (let i = 1; i < sent.length; i++)
      expect(sent[i]!.timestampUs).toBeGreaterThan(sent[i - 1]!.timestampUs);
    const marks = [...keys.map((key) => key.timestampUs), sent[sent.length - 1]!.timestampUs];
    for (let i = 1; i < marks.length; i++) expect(marks[i]! - marks[i - 1]!).toBeLessThanOrEqual(2_100_000);
    expect(sent.every((packet) => packet.width === WIDTH && packet.height === HEIGHT)).toBe(true);

    // Two cards came first, out of the same encoder.
    expect(cards(packets.slice(0, 2))).toHaveLength(2);
    expect(cards(packets)).toHaveLength(2);
    for (const card of cards(packets)) {
      expect(startsDecoding(card.data)).toBe(true);
      expect(parameterSets(card.data)).toEqual(parameterSets(sent[0]!.data));
    }
    const turns = [...cards(packets), ...keys].map((packet) => idrPicId(packet.data));
    for (let i = 1; i < turns.length; i++) expect(turns[i], String(turns)).not.toBe(turns[i - 1]);

    const { encode, live, latency } = await metrics();
    expect(encode).toMatchObject({ epoch: 7, frames: sent.length, keyFrames: keys.length, reason: null });
    expect(encode.bytes).toBe(sent.reduce((sum, packet) => sum + packet.data.byteLength, 0));
    expect(encode.encoder).toMatch(/^webcodecs:avc1\./);
    expect(live.ticks).toBeGreaterThanOrEqual(sent.length);
    expect(latency.cameraToEncodedMs.p50).toBeGreaterThan(0);

    const pcm = packets.filter((packet) => packet.kind === 'pcm');
    expect(pcm.map((packet) => [packet.epoch, packet.timestampUs])).toEqual([[7, 2]]);
    if (!hasFfmpeg) return;
    const file = path.join(OUT, 'stage-encode.h264');
    writeFileSync(file, Buffer.concat(sent.map((packet) => packet.data)));
    const decoded = spawnSync(
      ffmpeg,
      ['-v', 'error', '-i', file, '-fps_mode', 'passthrough', '-f', 'framecrc', '-'],
      {
        encoding: 'utf8',
      },
    );
    expect(decoded.stderr).toBe('');
    expect(decoded.stdout.split('\n').filter((line) => /^0,/.test(line)).length).toBe(sent.length);
  });

  test('a key frame comes when asked for and after the port was lost', async () => {
    await call('send', { type: 'setBroadcast', broadcast: { epoch: 8 } });
    await until('first pictures', () => video(8).length > 3);
    const asked = video(8).length;
    client!.send(JSON.stringify({ type: 'key-frame' }));
    await until('some pictures more', () => video(8).length > asked + 4);
    expect(
      video(8)
        .slice(asked, asked + 5)
        .some((packet) => packet.key),
    ).toBe(true);

    const before = connections;
    client!.terminate();
    await until('connected again', () => connections > before);
    const fresh = (): MediaPacket[] => packets.slice(packetsAtConnection);
    await until('pictures again', () => fresh().length > 6);
    // The next media process gets the cards before anything else.
    expect(cards(fresh().slice(0, 2))).toHaveLength(2);
    expect(
      fresh()
        .slice(2, 6)
        .some((packet) => packet.kind === 'video' && packet.key),
    ).toBe(true);
  });

  test('panic shows the card and drops sound at once; muted drops sound only', async () => {
    const heard = (): number =>
      packets.filter((packet) => packet.kind === 'pcm' && packet.epoch === 8).length;
    await call('pcm', 10);
    await until('sound', () => heard() === 1);
    await call('send', { type: 'setPanic', on: true });
    await call('pcm', 11);
    await wait(150);
    const frames = video(8).length;
    await until('pictures go on', () => video(8).length > frames + 2);
    expect(heard()).toBe(1);
    await call('send', { type: 'takePicture', id: 1 });
    writeFileSync(path.join(OUT, 'stage-panic.png'), Buffer.from(await call('picture', 1), 'base64'));
    await call('send', { type: 'setPanic', on: false });
    await call('send', { type: 'setMuted', on: true });
    await call('pcm', 12);
    await wait(100);
    expect(heard()).toBe(1);
    await call('send', { type: 'setMuted', on: false });
  });

  test('another size goes on under the same broadcast, beginning with a key frame', async () => {
    await call('send', {
      type: 'setPicture',
      picture: { width: 426, height: 240, fps: FPS, bitrateKbps: 700 },
    });
    await until('the new size', () => video(8).some((packet) => packet.width === 426));
    const first = video(8).find((packet) => packet.width === 426)!;
    expect(first.key).toBe(true);
    const all = video(8);
    for (let i = 1; i < all.length; i++) expect(all[i]!.timestampUs).toBeGreaterThan(all[i - 1]!.timestampUs);
    await call('send', {
      type: 'setPicture',
      picture: { width: WIDTH, height: HEIGHT, fps: FPS, bitrateKbps: 1200 },
    });
  });

  test('the contact sheet pairs camera, landmarks and avatar', async () => {
    await call('sheet', 5, 3);
    writeFileSync(path.join(OUT, 'stage-contact-sheet.png'), Buffer.from(await call('picture', 5), 'base64'));
  });

  test('a broken avatar leaves the one before on the picture and says why', async () => {
    await call('send', { type: 'setAvatar', id: 'none', url: '/nowhere.glb', family: 'glb' });
    await until('refusal', async () =>
      ((await call('events')) as StageEvent[]).some(
        (event) => event.type === 'avatar' && event.id === 'none' && event.reason === 'avatar.load-failed',
      ),
    );
    const frames = video(8).length;
    await until('pictures go on', () => video(8).length > frames + 2);
    expect(stage.outside).toEqual([]);
  });
});
