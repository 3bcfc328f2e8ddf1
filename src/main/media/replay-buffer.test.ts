import { expect, test } from 'vitest';
import { ReplayBuffer } from './replay-buffer.ts';
import type { AudioUnit, VideoConfig, VideoUnit } from './units.ts';

const CONFIG: VideoConfig = { avcC: new Uint8Array(7), codec: 'avc1.42001F', width: 640, height: 360 };

function picture(second: number, start: boolean, bytes = 10, config = CONFIG): VideoUnit {
  return { kind: 'video', start, timeUs: second * 1e6, data: new Uint8Array(bytes), config };
}
function sound(second: number): AudioUnit {
  return { kind: 'audio', timeUs: second * 1e6, data: new Uint8Array(1) };
}

test('keeps whole groups, at least the wanted seconds', () => {
  const buffer = new ReplayBuffer(5);
  expect(buffer.snapshot()).toBeNull();
  buffer.push(picture(0, false));
  expect(buffer.snapshot()).toBeNull();
  for (let second = 0; second <= 20; second++) buffer.push(picture(second, second % 2 === 0));
  const snapshot = buffer.snapshot()!;
  expect(snapshot.start.timeUs).toBe(14e6);
  expect(snapshot.units[0]).toBe(snapshot.start);
  expect(snapshot.seconds).toBe(6);
  expect(buffer.seconds).toBe(6);
});

test('is bounded in bytes, and without any key frame as well', () => {
  const buffer = new ReplayBuffer(1000, 100);
  for (let second = 0; second < 20; second++) buffer.push(picture(second, second % 2 === 0));
  expect(buffer.snapshot()!.units.length).toBeLessThanOrEqual(10);
  for (let second = 20; second < 60; second++) buffer.push(picture(second, false));
  expect(buffer.snapshot()?.units.length ?? 0).toBeLessThanOrEqual(10);
});

test('sound from before its first picture is left out', () => {
  const buffer = new ReplayBuffer(5);
  buffer.push(sound(0));
  buffer.push(picture(1, true));
  buffer.push(sound(0.9));
  buffer.push(sound(1.1));
  expect(buffer.snapshot()!.units.map(({ timeUs }) => timeUs)).toEqual([1e6, 1.1e6]);
});

test('begins anew with another size', () => {
  const buffer = new ReplayBuffer(50);
  buffer.push(picture(0, true));
  buffer.push(picture(1, true, 10, { ...CONFIG, width: 1280, height: 720 }));
  expect(buffer.snapshot()!.units).toHaveLength(1);
});
