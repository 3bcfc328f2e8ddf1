import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FirstPicture } from './first-picture.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the machine is free with the first picture, once, and its moment stays', async () => {
  const free = vi.fn();
  const first = new FirstPicture(free);
  const waited = first.wait(60_000);
  first.avatar('loading');
  expect(first.isOver).toBe(false);
  vi.advanceTimersByTime(700);
  first.avatar('shown');
  const { shownAtMs } = first;
  expect(shownAtMs).not.toBeNull();
  await waited;
  vi.advanceTimersByTime(10_000);
  first.avatar('shown');
  expect(first.shownAtMs).toBe(shownAtMs);
  expect(free).toHaveBeenCalledTimes(1);
  await first.wait(60_000);
});

test('an avatar that cannot be shown, or takes too long, holds nobody up', () => {
  const free = vi.fn();
  new FirstPicture(free).avatar('failed');
  expect(free).toHaveBeenCalledTimes(1);
  const late = new FirstPicture(free);
  vi.advanceTimersByTime(60_000);
  expect(free).toHaveBeenCalledTimes(2);
  expect(late.shownAtMs).toBeNull();
  late.avatar('shown');
  expect(late.shownAtMs).not.toBeNull();
});

test('who waits for a picture that does not come goes on alone; a closed page frees nothing', async () => {
  const free = vi.fn();
  const first = new FirstPicture(free);
  const waited = first.wait(300);
  first.close();
  vi.advanceTimersByTime(60_000);
  await waited;
  expect(free).not.toHaveBeenCalled();
});
