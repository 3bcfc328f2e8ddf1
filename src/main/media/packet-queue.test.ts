import { expect, test } from 'vitest';
import { GopCache } from './gop-cache.ts';
import { PacketQueue } from './packet-queue.ts';
import { continuedPath } from './record-path.ts';
import { connectTimeoutMs, retryIntervalMs } from './retry-policy.ts';
import { SessionClock } from './session-clock.ts';
import type { MediaUnit } from './units.ts';

const config = { avcC: new Uint8Array(), codec: 'avc1.42001F', width: 640, height: 360 };

function picture(ms: number, start = false, bytes = 10): MediaUnit {
  return { kind: 'video', start, timeUs: ms * 1000, data: new Uint8Array(bytes), config };
}

function sound(ms: number): MediaUnit {
  return { kind: 'audio', timeUs: ms * 1000, data: new Uint8Array(10) };
}

function drain(queue: PacketQueue): string[] {
  const out: string[] = [];
  for (let unit = queue.shift(); unit; unit = queue.shift()) {
    out.push(`${unit.kind === 'audio' ? 'a' : unit.start ? 'K' : 'v'}${unit.timeUs / 1000}`);
  }
  return out;
}

test('a queue within 700 ms keeps everything in order', () => {
  const queue = new PacketQueue();
  for (const unit of [picture(0, true), sound(0), picture(100), sound(100), picture(700)]) queue.push(unit);
  expect(queue.queuedMs).toBe(700);
  expect(drain(queue)).toEqual(['K0', 'a0', 'v100', 'a100', 'v700']);
  expect(queue.dropped).toBe(0);
});

test('a longer one drops pictures up to the next key frame, never sound, never key frames', () => {
  const queue = new PacketQueue();
  queue.push(picture(0, true));
  for (let ms = 100; ms <= 1900; ms += 100) {
    queue.push(picture(ms));
    queue.push(sound(ms));
  }
  queue.push(picture(2000, true));
  queue.push(picture(2100));
  const left = drain(queue);
  expect(left.filter((unit) => unit.startsWith('a'))).toHaveLength(19);
  expect(left.filter((unit) => !unit.startsWith('a'))).toEqual(['K0', 'K2000', 'v2100']);
  expect(queue.dropped).toBe(19);
});

test('after a patient connect the limit falls to the usual one', () => {
  const queue = new PacketQueue(4000);
  queue.push(picture(0, true));
  for (let ms = 100; ms <= 1500; ms += 100) queue.push(picture(ms));
  expect(queue.dropped).toBe(0);
  queue.maxMs = 700;
  queue.trim();
  expect(drain(queue)).toEqual(['K0']);
  expect(queue.dropped).toBe(15);
  queue.push(picture(1600));
  queue.push(picture(1700, true));
  expect(drain(queue)).toEqual(['K1700']);
});

test('what is never dropped shows in the age, and nothing is lost or turned around in a long run', () => {
  const queue = new PacketQueue();
  queue.push(picture(0, true));
  for (let ms = 0; ms <= 9000; ms += 1000) queue.push(sound(ms));
  expect(queue.queuedMs).toBe(0);
  expect(queue.ageMs).toBe(9000);
  queue.clear();
  expect([queue.length, queue.ageMs]).toEqual([0, 0]);
  let expected = 0;
  for (let ms = 0; ms < 500; ms++) {
    queue.push(sound(ms));
    if (ms % 3 !== 0) expect(queue.shift()!.timeUs / 1000).toBe(expected++);
  }
  expect(queue.length).toBe(500 - expected);
});

test('bytes are a limit of their own, and counted again after a drop', () => {
  const queue = new PacketQueue(20_000, 1000);
  queue.push(picture(0, true, 100));
  for (let ms = 100; ms <= 900; ms += 100) queue.push(picture(ms, false, 100));
  expect(queue.dropped).toBe(0);
  for (let ms = 1000; ms <= 1500; ms += 100) queue.push(picture(ms, false, 100));
  expect(queue.dropped).toBe(15);
  queue.push(picture(2000, true, 100));
  for (let ms = 2100; ms <= 2700; ms += 100) queue.push(picture(ms, false, 100));
  expect(queue.dropped).toBe(15);
  expect(drain(queue)[0]).toBe('K0');
  for (let ms = 3000; ms <= 3900; ms += 100) queue.push(picture(ms, false, 100));
  expect(queue.dropped).toBe(15);
});

test('a hanging server may use less of the quick retries than of the first connect', () => {
  expect(connectTimeoutMs(null, 6500)).toBe(6500);
  expect(connectTimeoutMs(1000, 6500)).toBe(3000);
  expect(connectTimeoutMs(6000, 6500)).toBe(6500);
});

test('the cache begins at the newest key frame and keeps sound that ran ahead', () => {
  const cache = new GopCache();
  expect(cache.snapshot()).toBeNull();
  for (const unit of [
    picture(0, true),
    sound(0),
    picture(100),
    sound(90),
    sound(210),
    picture(200, true),
    sound(190),
  ])
    cache.push(unit);
  cache.push(picture(300));
  expect(cache.snapshot()!.units.map((unit) => unit.timeUs / 1000)).toEqual([200, 210, 300]);
});

test('the cache gives up what is too long or too big, until the next key frame', () => {
  const cache = new GopCache({ bytes: 1000, seconds: 4 });
  cache.push(picture(0, true));
  cache.push(picture(4001));
  expect(cache.snapshot()).toBeNull();
  cache.push(picture(4100));
  expect(cache.snapshot()).toBeNull();
  cache.push(picture(5000, true));
  expect(cache.snapshot()).not.toBeNull();
  cache.push(picture(5100, false, 2000));
  expect(cache.snapshot()).toBeNull();
});

test('retries: every 0.5 s at first, then slower, at most 15 s, a minute after ten minutes', () => {
  expect(retryIntervalMs(0, null, 0.9)).toBe(500);
  expect(retryIntervalMs(4_900, 500, 0.9)).toBe(500);
  expect(retryIntervalMs(5_000, 500, 0)).toBe(750);
  expect(retryIntervalMs(60_000, 14_000, 1)).toBe(15_000);
  expect(retryIntervalMs(11 * 60_000, 50_000, 1)).toBe(60_000);
});

test('session time begins at 0, never stands still and swallows jumps of the clock', () => {
  const clock = new SessionClock(20);
  expect(clock.started).toBe(false);
  expect(clock.video(1e15)).toBe(0);
  expect(clock.video(1e15 + 50_000)).toBe(50_000);
  expect(clock.video(1e15 + 50_000)).toBe(51_000);
  expect(clock.audio(1e15 + 40_000)).toBe(40_000);
  const asleep = 3600e6;
  expect(clock.video(1e15 + asleep)).toBe(101_000);
  expect(clock.video(1e15 + asleep + 50_000)).toBe(151_000);
  expect(clock.audio(1e15 + asleep)).toBe(101_000);
});

test('a recording that goes on does not overwrite its first part', () => {
  const taken = new Set(['/a/show.mp4', '/a/show-2.mp4']);
  expect(continuedPath('/a/new.mp4', (path) => taken.has(path))).toBe('/a/new.mp4');
  expect(continuedPath('/a/show.mp4', (path) => taken.has(path))).toBe('/a/show-3.mp4');
});
