import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startsDecoding } from '../src/renderer/pipeline/stage/h264.ts';
import { NO_MAPPING } from '../src/shared/domain/avatar-mapping.ts';
import type { Picture } from '../src/shared/domain/studio.ts';
import { DEFAULT_TRACKING } from '../src/shared/domain/tracking-settings.ts';
import { cardsOf, mainOnly, StageDriver, until } from './stage/driver.ts';
import { OUT } from './stage/serve.ts';
import { idrPicId, parameterSets } from './support/h264.ts';

const WIDTH = 640;
const HEIGHT = 360;
const FPS = 15;
const own = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../resources/avatars/vida.vrm');
const ffmpeg = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';
const hasFfmpeg = spawnSync(ffmpeg, ['-version']).status === 0;

/** From half a frame before two seconds after a key frame on, every picture is one. */
const KEY_DUE_US = 2_000_000 - 500_000 / FPS;

const PICTURE: Picture = { width: WIDTH, height: HEIGHT, fps: FPS, bitrateKbps: 1200 };
let driver: StageDriver;

/**
 * Where the words of the card are, below its sign, and how bright it is beside them; no words where something else is
 * bright as well.
 */
function cardIn({ data, width, height }: { data: string; width: number; height: number }) {
  const rgba = Buffer.from(data, 'base64');
  const words = { left: width, right: 0, top: height, bottom: 0 };
  let brightest = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (x < width / 5 || x > width * 0.8) {
        brightest = Math.max(brightest, rgba[at]!, rgba[at + 1]!, rgba[at + 2]!);
      } else if (y > height * 0.66 && Math.min(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!) > 160) {
        words.left = Math.min(words.left, x);
        words.right = Math.max(words.right, x);
        words.top = Math.min(words.top, y);
        words.bottom = Math.max(words.bottom, y);
      }
    }
  }
  // Words end well above the lower edge; what is bright down there is an avatar.
  return { words: words.right > 0 && words.bottom < height * 0.9 ? words : null, brightest };
}

beforeAll(async () => {
  driver = await StageDriver.open(PICTURE, true);
  if (existsSync(own)) {
    await driver.call('send', {
      type: 'setAvatar',
      id: 'vida',
      url: '/resources/avatars/vida.vrm',
      family: 'vrm1',
      mapping: NO_MAPPING,
    });
    await until('avatar shown', async () =>
      (await driver.events()).some((event) => event.type === 'avatar' && event.state === 'shown'),
    );
  }
});
afterAll(async () => driver?.close());

describe('encoded programme', () => {
  test('four seconds: valid packets, key frames in time, every one decodable', async () => {
    await driver.call('pcm', 1);
    // Sound has a way of its own into the worker: this one is dropped before anybody is told to send.
    await driver.call('pixels', 10);
    await driver.broadcast(mainOnly(7, PICTURE));
    await driver.call('drive', 30, 4.2);
    await until('four seconds', () => {
      const times = driver.video(7).map((packet) => packet.timestampUs);
      return times.length > 0 && times.at(-1)! - times[0]! > 4_000_000;
    });
    await driver.call('pcm', 2);
    await until('sound', () => driver.packets.some((packet) => packet.kind === 'pcm'));
    await driver.broadcast(null);
    await until('encoder off', async () => (await driver.metrics()).encode.state === 'off');
    const { encode, live, latency } = await driver.metrics();
    // What was sent may come later than what was said of it.
    await until('the last packet', () => driver.video(7).length >= encode.frames);
    const sent = driver.video(7);
    expect(sent.length).toBeGreaterThan(20);
    expect(sent[0]!.key).toBe(true);
    const keys = sent.filter((packet) => packet.key);
    for (const key of keys) expect(startsDecoding(key.data)).toBe(true);
    for (let i = 1; i < sent.length; i++)
      expect(sent[i]!.timestampUs).toBeGreaterThan(sent[i - 1]!.timestampUs);
    // Where the picture of the moment itself is late on a slow machine, the next one there is is a key frame.
    let keyUs = sent[0]!.timestampUs;
    for (const { key, timestampUs } of sent) {
      if (key) keyUs = timestampUs;
      expect(timestampUs - keyUs).toBeLessThan(KEY_DUE_US);
    }
    expect(sent.every((packet) => packet.width === WIDTH && packet.height === HEIGHT)).toBe(true);

    // Two cards came first, out of the same encoder.
    expect(cardsOf(driver.packets.slice(0, 2))).toHaveLength(2);
    expect(cardsOf(driver.packets)).toHaveLength(2);
    for (const card of cardsOf(driver.packets)) {
      expect(startsDecoding(card.data)).toBe(true);
      expect(parameterSets(card.data)).toEqual(parameterSets(sent[0]!.data));
    }
    const turns = [...cardsOf(driver.packets), ...keys].map((packet) => idrPicId(packet.data));
    for (let i = 1; i < turns.length; i++) expect(turns[i], String(turns)).not.toBe(turns[i - 1]);

    expect(encode).toMatchObject({ epoch: 7, frames: sent.length, keyFrames: keys.length, reason: null });
    expect(encode.bytes).toBe(sent.reduce((sum, packet) => sum + packet.data.byteLength, 0));
    expect(encode.encoder).toMatch(/^webcodecs:avc1\./);
    expect(live.ticks).toBeGreaterThanOrEqual(sent.length);
    expect(latency.cameraToEncodedMs.p50).toBeGreaterThan(0);

    const pcm = driver.packets.filter((packet) => packet.kind === 'pcm');
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
    await driver.broadcast(mainOnly(8, PICTURE));
    await until('first pictures', () => driver.video(8).length > 1);
    driver.control({ type: 'key-frame', rendition: 'main' });
    const keys = () => driver.video(8).filter((packet) => packet.key);
    await until('another key frame', () => keys().length > 1);
    const [first, second] = keys();
    expect(second!.timestampUs - first!.timestampUs).toBeLessThan(1_900_000);

    const before = driver.connections;
    driver.cut();
    await until('connected again', () => driver.connections > before);
    await until('pictures again', () => driver.fresh.length > 2);
    // The next media process gets the cards before anything else, and can begin with the first picture.
    expect(cardsOf(driver.fresh.slice(0, 2))).toHaveLength(2);
    expect(driver.fresh[2]).toMatchObject({ kind: 'video', card: false, key: true });
  });

  test('panic shows the card and drops sound at once; muted drops sound only', async () => {
    const heard = (): number =>
      driver.packets.filter((packet) => packet.kind === 'pcm' && packet.epoch === 8).length;
    await driver.call('pcm', 10);
    await until('sound', () => heard() === 1);
    await driver.call('send', { type: 'setPanic', on: true });
    await driver.call('pcm', 11);
    await pause(150);
    const frames = driver.video(8).length;
    await until('pictures go on', () => driver.video(8).length > frames + 2);
    expect(heard()).toBe(1);
    await driver.call('send', { type: 'takePicture', id: 1 });
    writeFileSync(path.join(OUT, 'stage-panic.png'), Buffer.from(await driver.call('picture', 1), 'base64'));
    await driver.call('send', { type: 'setPanic', on: false });
    await driver.call('send', { type: 'setMuted', on: true });
    await driver.call('pcm', 12);
    await pause(100);
    expect(heard()).toBe(1);
    await driver.call('send', { type: 'setMuted', on: false });
  });

  test('with nobody there for long viewers get the card and its words, with a face again the avatar', async () => {
    const cardAfter = (beRightBackAfterS: number | null) =>
      driver.call('send', { type: 'setTracking', tracking: { ...DEFAULT_TRACKING, beRightBackAfterS } });
    let id = 100;
    const look = async () => {
      const picture = await driver.call('pixels', ++id);
      return { ...cardIn(picture), data: picture.data };
    };
    const before = await look();
    expect(before.words).toBeNull();
    // The face of the first test went seconds ago.
    await cardAfter(3);
    let card = before;
    await until('the card', async () => {
      const last = card.data;
      card = await look();
      // While it fades in, what is bright of the avatar shines through beside the words: the card itself stands still.
      return card.words !== null && card.brightest < 90 && card.data === last;
    });
    writeFileSync(path.join(OUT, 'stage-away.png'), Buffer.from(await driver.call('picture', id), 'base64'));
    const { left, right, top, bottom } = card.words!;
    expect(Math.abs((left + right) / 2 - WIDTH / 2)).toBeLessThan(3);
    expect(right - left).toBeGreaterThan(WIDTH * 0.15);
    expect(right - left).toBeLessThan(WIDTH * 0.6);
    expect(bottom - top).toBeGreaterThan(HEIGHT * 0.03);
    expect(bottom).toBeLessThan(HEIGHT * 0.85);

    await until('the avatar again', async () => {
      await driver.call('drive', 30, 0.5);
      return (await look()).words === null;
    });
    await cardAfter(null);
  });

  test('another size goes on under the same broadcast, beginning with a key frame', async () => {
    const small: Picture = { width: 426, height: 240, fps: FPS, bitrateKbps: 700 };
    await driver.call('send', { type: 'setPicture', picture: small });
    await driver.broadcast(mainOnly(8, small));
    await until('the new size', () => driver.video(8).some((packet) => packet.width === 426));
    const first = driver.video(8).find((packet) => packet.width === 426)!;
    expect(first.key).toBe(true);
    const all = driver.video(8);
    for (let i = 1; i < all.length; i++) expect(all[i]!.timestampUs).toBeGreaterThan(all[i - 1]!.timestampUs);
    await driver.call('send', { type: 'setPicture', picture: PICTURE });
    await driver.broadcast(mainOnly(8, PICTURE));
  });

  test('the contact sheet pairs camera, landmarks and avatar', async () => {
    await driver.call('sheet', 5, 3);
    writeFileSync(
      path.join(OUT, 'stage-contact-sheet.png'),
      Buffer.from(await driver.call('picture', 5), 'base64'),
    );
  });

  test('a broken avatar leaves the one before on the picture and says why', async () => {
    await driver.call('send', {
      type: 'setAvatar',
      id: 'none',
      url: '/nowhere.glb',
      family: 'glb',
      mapping: NO_MAPPING,
    });
    await until('refusal', async () =>
      (await driver.events()).some(
        (event) => event.type === 'avatar' && event.id === 'none' && event.reason === 'avatar.load-failed',
      ),
    );
    const frames = driver.video(8).length;
    await until('pictures go on', () => driver.video(8).length > frames + 2);
    expect(driver.stage.outside).toEqual([]);
  });
});
