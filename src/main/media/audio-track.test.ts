import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { AudioTrack } from './audio-track.ts';
import type { AudioUnit } from './units.ts';

const FFMPEG = process.env['VIDA3_FFMPEG'] ?? 'ffmpeg';
const hasFfmpeg = (() => {
  try {
    execFileSync(FFMPEG, ['-version']);
    return true;
  } catch {
    return false;
  }
})();
const FRAME_US = (1024 / 48_000) * 1e6;
const BLOCK = new Uint8Array(960 * 4);

function open(offsetMs: number) {
  const units: AudioUnit[] = [];
  const log = () => undefined;
  const track = new AudioTrack({ ffmpeg: FFMPEG, offsetMs, log, onUnit: (unit) => units.push(unit) });
  return { units, track };
}

test.skipIf(!hasFfmpeg)('an encoder that dies is replaced without a shift in time', async () => {
  const { track, units } = open(0);
  for (let i = 0; i < 100; i++) track.pcm(i * 20_000, BLOCK);
  track.picture(2_000_000);
  await expect.poll(() => units.length, { timeout: 10_000 }).toBeGreaterThan(40);
  const before = track.pid!;
  process.kill(before, 'SIGKILL');
  await expect.poll(() => track.pid, { timeout: 10_000 }).not.toBe(before);
  for (let i = 100; i < 200; i++) track.pcm(i * 20_000, BLOCK);
  track.picture(4_000_000);
  await expect.poll(() => track.pid, { timeout: 10_000 }).not.toBeNull();
  await track.end(4_000_000, 5000);
  units.forEach((unit, i) => {
    expect(unit.timeUs).toBeCloseTo(i * FRAME_US, 3);
  });
  expect(units.at(-1)!.timeUs).toBeGreaterThan(3_950_000);
  expect(Math.abs(track.driftMs ?? 99)).toBeLessThan(1);
});

test.skipIf(!hasFfmpeg)('sound that is moved to later waits for its picture', async () => {
  const { track, units } = open(1000);
  for (let i = 0; i < 100; i++) track.pcm(i * 20_000, BLOCK);
  track.picture(500_000);
  expect(track.filledSeconds).toBeCloseTo(1, 2);
  expect(track.seconds).toBeCloseTo(3, 2);
  await track.end(2_000_000, 5000);
  expect(units.at(-1)!.timeUs).toBeLessThanOrEqual(2_000_000);
  expect(units.at(-1)!.timeUs).toBeGreaterThan(1_950_000);
});

test.skipIf(!hasFfmpeg)('another offset while live keeps one line of sound', async () => {
  const { track, units } = open(0);
  for (let i = 0; i < 50; i++) track.pcm(i * 20_000, BLOCK);
  track.setOffsetMs(200);
  for (let i = 50; i < 100; i++) track.pcm(i * 20_000, BLOCK);
  expect(track.seconds).toBeCloseTo(2.2, 2);
  track.setOffsetMs(-100);
  for (let i = 100; i < 150; i++) track.pcm(i * 20_000, BLOCK);
  expect(track.seconds).toBeCloseTo(2.9, 2);
  track.picture(3_000_000);
  await track.end(3_000_000, 5000);
  units.forEach((unit, i) => {
    expect(unit.timeUs).toBeCloseTo(i * FRAME_US, 3);
  });
});
