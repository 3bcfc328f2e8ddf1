import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type ForkedMediaProcess, forkMediaProcess } from '../src/main/host/browser/media-process.ts';
import { freeBytesOf } from '../src/main/host/free-space.ts';
import { silentLog } from '../src/main/logging/log.ts';
import { probe, remuxToMp4 } from '../src/main/media/ffmpeg/jobs.ts';
import { RecordingService } from '../src/main/services/recording/recording.ts';
import { MediaSupervisor } from '../src/main/services/stream/media-supervisor.ts';
import { StreamService } from '../src/main/services/stream/stream-service.ts';
import { MEDIA_HEADER_BYTES, writeVideoHeader } from '../src/shared/domain/media-packet.ts';
import { DEFAULT_SETTINGS, type StudioSettings } from '../src/shared/domain/studio.ts';
import { encodeFeed, FEED, type FeedPicture, readRecording, until } from './support/media-feed.ts';
import { isRunning } from './support/processes.ts';
import { missingRtmpServer } from './support/rtmp-server.ts';

const missing = missingRtmpServer();
const ENTRY = fileURLToPath(new URL('../src/main/media/process.ts', import.meta.url));
const FFMPEG = 'ffmpeg';

describe.skipIf(missing !== null)(`recordings, from packets to MP4s${missing ? ` (${missing})` : ''}`, () => {
  let pictures: FeedPicture[];
  let home: string;
  let processes: ForkedMediaProcess[];
  let said: string[];
  let server: Server;
  let supervisor: MediaSupervisor;
  let stream: StreamService;
  let recording: RecordingService;
  let settings: StudioSettings;
  let page: WebSocket | null;
  let feeding: NodeJS.Timeout | null;
  let sent: number;
  let told: string[];

  beforeAll(async () => {
    pictures = await encodeFeed(20);
  });

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'vida3-recording-'));
    [processes, said, told, page, feeding, sent] = [[], [], [], null, null, 0];
    settings = { ...DEFAULT_SETTINGS, recording: { ...DEFAULT_SETTINGS.recording, replaySeconds: 20 } };
    server = createServer().on('upgrade', (request, socket, head) => {
      processes.at(-1)!.attachSocket(request, socket as Socket, head);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    supervisor = new MediaSupervisor(() => {
      const log = (level: string, message: string) => void said.push(`${level} ${message}`);
      processes.push(forkMediaProcess({ entry: ENTRY, log }));
      return processes.at(-1)!;
    }, silentLog);
    stream = new StreamService({
      media: supervisor,
      programme: { setBroadcast: () => undefined },
      sessions: { open: () => 'session', heartbeat: () => undefined, close: () => undefined },
      trials: { known: () => [] },
      publish: () => undefined,
      onTrouble: ({ reason }) => told.push(reason),
      log: silentLog,
    });
    recording = makeRecording();
  });

  afterEach(async () => {
    if (feeding) clearInterval(feeding);
    page?.terminate();
    await stream.end();
    await recording.close();
    await supervisor.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(home, { recursive: true, force: true });
  });

  function makeRecording(): RecordingService {
    return new RecordingService({
      stream: {
        startRecording: (file) => stream.startRecording(file, { ffmpeg: FFMPEG, settings, avatarId: 'vida' }),
        stopRecording: () => stream.stopRecording(),
        saveReplay: (path) => stream.saveReplay(path),
        onSnapshot: (listener) => stream.onSnapshot(listener),
        get snapshot() {
          return stream.snapshot;
        },
        get mediaStatus() {
          return stream.mediaStatus;
        },
      },
      home,
      folder: join(home, 'recordings'),
      settings: () => settings.recording,
      remux: (source, target, options) => remuxToMp4(FFMPEG, source, target, options),
      publish: () => undefined,
      onTrouble: ({ reason }) => told.push(reason),
      freeBytes: freeBytesOf,
      log: silentLog,
    });
  }

  const listed = () => readdirSync(join(home, 'recordings')).sort();
  const path = (name: string) => join(home, 'recordings', name);

  /** A page's end of the media port. */
  async function attachPage(): Promise<void> {
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/media?token=secret`);
    socket.on('error', () => undefined);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    page = socket;
  }

  /** Pictures in real time until the test ends. */
  async function feed(): Promise<void> {
    await attachPage();
    feeding = setInterval(() => {
      const { key, data } = pictures[sent % pictures.length]!;
      const packet = new Uint8Array(MEDIA_HEADER_BYTES + data.length);
      const us = (performance.timeOrigin + performance.now()) * 1000;
      const view = new DataView(packet.buffer);
      writeVideoHeader(view, key, FEED.width, FEED.height, stream.currentEpoch, us, false, 0);
      packet.set(data, MEDIA_HEADER_BYTES);
      if (page?.readyState === WebSocket.OPEN) {
        page.send(packet);
        sent++;
      }
    }, 1000 / FEED.fps);
  }
  const recordFor = (seconds: number) =>
    until(
      `${seconds} s are recorded (${JSON.stringify(recording.snapshot)} ${said.slice(-5).join(' | ')})`,
      () => recording.snapshot.state === 'recording' && recording.snapshot.seconds >= seconds,
    );

  test('alone: an MP4 with every picture and sound, and a replay meanwhile', async () => {
    await recording.open();
    await recording.start();
    await feed();
    await recordFor(5);
    expect(stream.snapshot).toMatchObject({ kind: 'recording', phase: 'live' });
    expect(recording.snapshot.replay.seconds).toBeGreaterThan(3);
    expect(recording.snapshot.bytes).toBeGreaterThan(10_000);
    expect(recording.snapshot.freeBytes).toBeGreaterThan(1e9);
    const replay = await recording.saveReplay();
    await recording.stop();
    expect([recording.snapshot.state, stream.snapshot.phase]).toEqual(['off', 'idle']);
    const { frames } = stream.snapshot.destinations.find(({ id }) => id === 'recording')!;
    await recording.idle();
    expect(recording.snapshot.jobs.map(({ state }) => state)).toEqual(['done', 'done']);
    const names = listed();
    expect(names).toHaveLength(2);
    expect(names.every((name) => name.endsWith('.mp4'))).toBe(true);
    for (const name of names) {
      const found = await probe(FFMPEG, path(name));
      expect(found.video).toMatchObject({ codec: 'h264', width: FEED.width, height: FEED.height });
      expect(found.audio?.codec).toBe('aac');
      const { video, keys } = await readRecording(path(name));
      expect(keys[0]).toBe(video[0]);
      expect(video.length / FEED.fps).toBeGreaterThan(3);
    }
    expect(names).toContain(replay.name.replace('.mkv', '.mp4'));
    const whole = recording.snapshot.name!.replace('.mkv', '.mp4');
    expect((await readRecording(path(whole))).video).toHaveLength(frames);
    expect(told).toEqual([]);
  });

  test('goes on in a second file when the engine is killed; both become MP4s', async () => {
    await recording.start();
    await feed();
    await recordFor(3);
    process.kill(processes[0]!.pid!, 'SIGKILL');
    await until('the engine is replaced', () => processes.length === 2);
    await attachPage();
    await until('it goes on', () => {
      const now = stream.snapshot.destinations.find(({ id }) => id === 'recording');
      return now?.state === 'live' && existsSync(path(recording.snapshot.name!.replace('.mkv', '-2.mkv')));
    });
    const { seconds } = recording.snapshot;
    await recordFor(seconds + 3);
    await recording.stop();
    await recording.idle();
    const names = listed();
    expect(names).toEqual([
      recording.snapshot.name!.replace('.mkv', '-2.mp4'),
      recording.snapshot.name!.replace('.mkv', '.mp4'),
    ]);
    for (const name of names) {
      const { video, keys } = await readRecording(path(name));
      expect(keys[0]).toBe(video[0]);
      expect(video.length).toBeGreaterThan(FEED.fps);
    }
    expect(told).toEqual([]);
  });

  test('goes on in a second file when its own FFmpeg dies', async () => {
    await recording.start();
    await feed();
    // One that breaks at once would only break again.
    await recordFor(6);
    process.kill(stream.snapshot.destinations.find(({ id }) => id === 'recording')!.pid!, 'SIGKILL');
    await until('it goes on', () => existsSync(path(recording.snapshot.name!.replace('.mkv', '-2.mkv'))));
    const { seconds } = recording.snapshot;
    await recordFor(seconds + 3);
    await recording.stop();
    await recording.idle();
    const names = listed();
    expect(names).toHaveLength(2);
    for (const name of names) {
      const { video, keys } = await readRecording(path(name));
      expect(keys[0]).toBe(video[0]);
      expect(video.length).toBeGreaterThan(FEED.fps);
    }
    expect(told).toEqual([]);
  });

  test('is taken up by the next start when the studio died over it', async () => {
    await recording.start();
    await feed();
    await recordFor(3);
    const { pid } = stream.snapshot.destinations.find(({ id }) => id === 'recording')!;
    expect(isRunning(pid!)).toBe(true);
    // As if main were gone: nobody of this run ends or renames anything.
    await recording.close();
    process.kill(processes[0]!.pid!, 'SIGKILL');
    await supervisor.close();
    await until('its FFmpeg has ended', () => !isRunning(pid!));
    expect(listed().some((name) => name.endsWith('.mkv'))).toBe(true);
    const next = makeRecording();
    try {
      await next.open();
      await next.idle();
      expect(next.snapshot.jobs).toMatchObject([{ state: 'done' }]);
      const names = listed();
      expect(names).toHaveLength(1);
      expect((await readRecording(path(names[0]!))).video.length).toBeGreaterThan(FEED.fps);
    } finally {
      await next.close();
    }
  });
});
