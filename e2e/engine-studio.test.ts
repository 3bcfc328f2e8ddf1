import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseRtmpUrl } from '../src/shared/domain/rtmp-url.ts';
import { probeStream } from './support/probe.ts';
import { missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';
import { startWholeStudio, type WholeStudio } from './support/whole-studio.ts';

const noServer = missingRtmpServer();

/** Real page, real main, real servers: what a user does to a running broadcast. One story, in order. */
describe.skipIf(noServer !== null)(`a broadcast at work${noServer ? ` [${noServer}]` : ''}`, () => {
  let server: RtmpServer;
  let studio: WholeStudio;
  const ids: Record<string, string> = {};
  const keys = { a: 'studio-a', b: 'studio-b', c: 'studio-c' };
  const stream = () => studio.app.stream.snapshot;
  const stateOf = (id: string) => stream().destinations.find((d) => d.id === id)?.state;
  const live = (id: string) =>
    vi.waitFor(() => expect(stateOf(id)).toBe('live'), { timeout: 15_000, interval: 50 });

  beforeAll(async () => {
    server = await startRtmpServer();
    studio = await startWholeStudio({ onboarded: true });
    await studio.page.goto(studio.app.host.url());
    await studio.app.studio.waitForReport((report) => report.ready, 40_000, new Error('no avatar') as never);
    await studio.app.studio.configure({
      second: { width: 320, height: 180, bitrateKbps: 400 },
      recording: { ...studio.app.studio.snapshot.settings.recording, replaySeconds: 30, remux: false },
      skipConfirm: true,
    });
    for (const [name, key] of Object.entries(keys)) {
      const saved = await studio.app.destinations.save({
        name,
        url: server.url,
        key,
        isDefault: name === 'a',
      });
      ids[name] = saved.id;
    }
    await studio.app.studio.configure({ renditions: { [ids['c']!]: 'second' } });
  }, 90_000);

  afterAll(async () => {
    await studio?.close();
    await server?.close();
  });

  test('goes live to two, then to a third in another size, which is ended alone', async () => {
    await studio.app.goLive.start([ids['a']!, ids['b']!]);
    await live(ids['a']!);
    await live(ids['b']!);
    await studio.app.goLive.enable(ids['c']!, true);
    await live(ids['c']!);
    expect(studio.app.studio.snapshot.broadcast?.renditions.map(({ name }) => name)).toEqual([
      'main',
      'second',
    ]);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await studio.app.goLive.enable(ids['c']!, false);
    expect(stateOf(ids['c']!)).toBeUndefined();
    expect([stateOf(ids['a']!), stateOf(ids['b']!)]).toEqual(['live', 'live']);
    await vi.waitFor(() => expect(server.recordings(keys.c)).toHaveLength(1));
    const { width, height, frames } = await probeStream(server.recordings(keys.c)[0]!);
    expect([width, height]).toEqual([320, 180]);
    expect(frames).toBeGreaterThan(20);
  }, 60_000);

  test('records beside it, saves a replay, and tells its health', async () => {
    await studio.app.recording.start();
    await vi.waitFor(() => expect(studio.app.recording.snapshot.state).toBe('recording'), 10_000);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const { name } = await studio.app.recording.saveReplay();
    await studio.app.recording.stop();
    const { folder } = studio.app.recording.snapshot;
    const files = readdirSync(folder).map((file) => path.join(folder, file));
    expect(files).toHaveLength(2);
    expect(existsSync(path.join(folder, name))).toBe(true);
    for (const file of files) {
      const { videoCodec, audioCodec, frames, keyTimes, videoTimes } = await probeStream(file);
      expect([videoCodec, audioCodec]).toEqual(['h264', 'aac']);
      expect(frames).toBeGreaterThan(15);
      expect(keyTimes[0]).toBe(videoTimes[0]);
    }
    const health = studio.app.health.lastLive!;
    expect(
      health.destinations.filter(({ id, state }) => id !== 'recording' && state === 'live'),
    ).toHaveLength(2);
    // The page's own processes are the test's here, not the host's.
    expect(new Set(health.processes.map(({ role }) => role))).toEqual(
      new Set(['main', 'media', 'audio', 'destination']),
    );
    expect(health.processes.every(({ memoryMb }) => memoryMb > 0)).toBe(true);
    expect(health.sentKbps).toBeGreaterThan(100);
  }, 60_000);

  test('a renderer that is reloaded while live resumes the programme within 5 s', {
    timeout: 30_000,
    retry: 2,
  }, async () => {
    const before = studio.app.stream.mediaStatus.videoPackets;
    const startedAt = Date.now();
    await studio.page.reload();
    await vi.waitFor(
      () => {
        const { card, videoPackets } = studio.app.stream.mediaStatus;
        expect(card).toBe(false);
        expect(videoPackets).toBeGreaterThan(before + 5);
      },
      { timeout: 10_000, interval: 50 },
    );
    const tookMs = Date.now() - startedAt;
    console.log(`reload while live: programme back after ${tookMs} ms`);
    expect(tookMs).toBeLessThan(5000);
    expect([stateOf(ids['a']!), stateOf(ids['b']!)]).toEqual(['live', 'live']);
    expect(stream().destinations.filter(({ reconnects }) => reconnects > 0)).toEqual([]);
  });

  test('stops with nothing left, and no key was in anything the page was told', async () => {
    await studio.app.stream.end();
    expect(stream()).toMatchObject({ phase: 'idle', reason: null });
    const told = JSON.stringify([stream(), studio.app.health.lastLive, studio.app.recording.snapshot]);
    for (const key of Object.values(keys)) {
      const { key: secret } = parseRtmpUrl(`${server.url}/${key}`);
      expect(told).not.toContain(secret);
    }
    expect(studio.complaints).toEqual([]);
  }, 20_000);
});
