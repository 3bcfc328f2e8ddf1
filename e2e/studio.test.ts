import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMediaPacket } from '../src/shared/domain/media-packet.ts';
import { modelsDir, needs } from './support/fixtures.ts';
import { probeStream } from './support/probe.ts';
import { missingRtmpServer, type RtmpServer, startRtmpServer } from './support/rtmp-server.ts';
import { startWholeStudio, type WholeStudio } from './support/whole-studio.ts';

const KEY = 'studio-secret-key-77';
const OUT = path.resolve('e2e/out');
/** What a command may weigh: a report or a settings change is a few hundred numbers and names at most. */
const COMMAND_MAX_BYTES = 8 * 1024;

/**
 * The whole program with a person's page: real main, real page, real tracker, real ingest server. Everything the
 * page sends is read along the way.
 */
describe.skipIf(!modelsDir || missingRtmpServer() !== null)(needs('the studio, whole', 'models'), () => {
  let studio: WholeStudio;
  let app: WholeStudio['app'];
  let page: Page;
  let server: RtmpServer;
  const requests: string[] = [];
  const commands: string[] = [];
  const packets: Buffer[] = [];

  beforeAll(async () => {
    mkdirSync(OUT, { recursive: true });
    server = await startRtmpServer();
    studio = await startWholeStudio({ onboarded: true });
    ({ app, page } = studio);
    studio.context.on('request', (request) => requests.push(request.url()));
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        if (typeof payload === 'string') commands.push(payload);
        else packets.push(payload);
      }),
    );
    await page.goto(app.host.url());
  });

  afterAll(async () => {
    await studio?.close();
    await server?.close();
  });

  test('first picture, a destination by keyboard, live to a real server, panic, stop', async () => {
    await expect.poll(() => app.studio.report?.ready, { timeout: 40_000 }).toBe(true);
    await expect.poll(() => app.studio.report?.tracking.state, { timeout: 20_000 }).toBe('tracking');
    await page.screenshot({ path: path.join(OUT, 'studio-idle.png') });

    await page.getByRole('button', { name: 'Add a destination' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Add a destination' }).waitFor();
    await page.getByRole('combobox', { name: 'Service' }).selectOption('custom');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Home server');
    await page.keyboard.press('Tab');
    await page.keyboard.type(server.url);
    await page.keyboard.press('Tab');
    await page.keyboard.type(KEY);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.keyboard.press('Control+Shift+L');
    const confirm = page.getByRole('dialog', { name: 'Go live now?' });
    await confirm.getByText('Home server').waitFor();
    await confirm.getByRole('button', { name: 'Go live' }).press('Enter');
    await expect.poll(() => page.getByTestId('phase').textContent(), { timeout: 15_000 }).toBe('LIVE');
    await page.waitForTimeout(5200);
    await page.screenshot({ path: path.join(OUT, 'studio-live.png') });
    expect(app.stream.snapshot.destinations.map((d) => d.state)).toEqual(['live']);

    await page.keyboard.press('Control+Shift+X');
    await expect.poll(() => app.studio.snapshot.panic).toBe(true);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: path.join(OUT, 'studio-panic.png') });
    await page.keyboard.press('Control+Shift+X');
    await expect.poll(() => app.studio.snapshot.panic).toBe(false);

    await page.keyboard.press('Control+Shift+L');
    await page
      .getByRole('dialog', { name: 'Stop streaming?' })
      .getByRole('button', { name: 'Stop streaming' })
      .press('Enter');
    await expect.poll(() => page.getByTestId('phase').textContent(), { timeout: 15_000 }).toBe('Offline');
    const stream = await probeStream(server.recordings(KEY)[0]!);
    expect(stream).toMatchObject({ videoCodec: 'h264', audioCodec: 'aac' });
    expect(stream.frames).toBeGreaterThan(60);
    expect(studio.complaints).toEqual([]);

    // Everything the media process took was the encoder's: the microphone is off, so nothing else may come.
    await expect.poll(() => app.studio.report?.encode.state, { timeout: 5000 }).toBe('off');
    const { encode } = app.studio.report!;
    const { videoPackets, videoBytes } = app.stream.mediaStatus;
    // The last pictures may reach a media process that has stopped: how many is a matter of speed.
    expect(videoPackets).toBeGreaterThan(encode.frames / 2);
    expect(videoPackets).toBeLessThanOrEqual(encode.frames);
    expect(videoBytes).toBeLessThanOrEqual(encode.bytes);
  }, 120_000);

  test('a reloaded page resumes a running broadcast', async () => {
    await page.keyboard.press('Control+Shift+L');
    await page
      .getByRole('dialog', { name: 'Go live now?' })
      .getByRole('button', { name: 'Go live' })
      .press('Enter');
    await expect.poll(() => app.stream.snapshot.phase, { timeout: 15_000 }).toBe('live');
    const { sessionId } = app.stream.snapshot;
    const before = app.stream.snapshot.destinations[0]!.frames;
    await page.reload();
    await expect
      .poll(() => app.stream.snapshot.destinations[0]!.frames, { timeout: 20_000 })
      .toBeGreaterThan(before + 15);
    expect(app.stream.snapshot).toMatchObject({ phase: 'live', sessionId });
    await app.stream.stop();
  }, 60_000);

  test('no outside request; no picture and no landmarks on the command port; only packets on the media port', () => {
    const outside = requests.filter(
      (url) =>
        !/^(blob:|data:|about:)/.test(url) &&
        !url.startsWith(`http://127.0.0.1:${app.host.port}/`) &&
        !url.startsWith(`ws://127.0.0.1:${app.host.port}/`),
    );
    expect(outside).toEqual([]);
    expect(requests.length).toBeGreaterThan(5);
    expect(commands.length).toBeGreaterThan(20);
    for (const text of commands) {
      expect(text.length).toBeLessThan(COMMAND_MAX_BYTES);
      expect(longestArray(JSON.parse(text))).toBeLessThan(40);
      expect(text).not.toMatch(/data:image|landmarks/);
    }
    expect(packets.length).toBeGreaterThan(50);
    for (const packet of packets) expect(readMediaPacket(packet).kind).toBe('video');
  });

  test('the stream key is in no log, snapshot or page', async () => {
    const log = readFileSync(path.join(studio.folder, 'home/logs/studio.log'), 'utf8');
    expect(log.length).toBeGreaterThan(0);
    expect(log).not.toContain(KEY);
    // The media process refuses, and names, whatever is no packet.
    expect(log).not.toContain('media packet:');
    expect(JSON.stringify(app.stream.snapshot)).not.toContain(KEY);
    expect(await page.content()).not.toContain(KEY);
  });
});

function longestArray(value: unknown): number {
  if (Array.isArray(value)) return Math.max(value.length, ...value.map(longestArray));
  if (typeof value === 'object' && value !== null)
    return Math.max(0, ...Object.values(value).map(longestArray));
  return 0;
}
