import { expect, test } from 'vitest';
import { SessionClock } from './session-clock.ts';

const FRAME_US = 1e6 / 25;

test('session time begins with the first picture and never stands still', () => {
  const clock = new SessionClock(25);
  expect(clock.video(5e9)).toBe(0);
  expect(clock.video(5e9 + FRAME_US)).toBe(FRAME_US);
  expect(clock.video(5e9 + FRAME_US)).toBe(FRAME_US + 1000);
  expect(clock.audio(5e9 - 20_000)).toBe(-20_000);
});

test('a jump of the programme clock becomes one frame', () => {
  const clock = new SessionClock(25);
  clock.video(0);
  clock.video(1e6);
  expect(clock.video(3600e6)).toBe(1e6 + FRAME_US);
  expect(clock.video(3600e6 + FRAME_US)).toBe(1e6 + 2 * FRAME_US);
});

test('a jump of the stand-in becomes one frame, too', () => {
  const clock = new SessionClock(25);
  clock.video(0);
  expect(clock.standIn(700_000)).toBe(700_000);
  expect(clock.standIn(600_000)).toBe(701_000);
  expect(clock.standIn(3600e6)).toBe(701_000 + FRAME_US);
});

test('one picture has one time in every rendition, however late it comes', () => {
  const clock = new SessionClock(25);
  expect(clock.video(5e9, 0)).toBe(0);
  expect(clock.video(5e9 + FRAME_US, 0)).toBe(FRAME_US);
  expect(clock.video(5e9, 1)).toBe(0);
  expect(clock.video(5e9 + FRAME_US, 1)).toBe(FRAME_US);
  expect(clock.video(5e9 - FRAME_US, 2)).toBe(0);
  expect(clock.lastUs).toBe(FRAME_US);
});

test('a jump is one frame in every rendition, and what is still from before it stays there', () => {
  const clock = new SessionClock(25);
  clock.video(0, 0);
  clock.video(0, 1);
  clock.video(FRAME_US, 0);
  expect(clock.video(3600e6, 0)).toBe(2 * FRAME_US);
  expect(clock.video(FRAME_US, 1)).toBe(FRAME_US);
  expect(clock.video(3600e6, 1)).toBe(2 * FRAME_US);
  expect(clock.video(3600e6 + FRAME_US, 0)).toBe(3 * FRAME_US);
  expect(clock.video(3600e6 + FRAME_US, 1)).toBe(3 * FRAME_US);
});
