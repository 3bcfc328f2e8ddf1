import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AirTime } from './air-time.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function withRows() {
  const rows: string[] = [];
  const air = new AirTime({
    open: () => 's1',
    heartbeat: (id, seconds) => rows.push(`${id} ${seconds}`),
    close: (id, seconds, outcome) => rows.push(`${id} ${seconds} ${outcome}`),
  });
  return { rows, air };
}

test('it counts from the first byte until it ends, and the row says the same', () => {
  const { rows, air } = withRows();
  air.request();
  air.keep('s1');
  vi.advanceTimersByTime(1500);
  air.beat();
  expect([air.seconds, air.liveMs, rows]).toEqual([0, null, []]);
  air.start();
  vi.advanceTimersByTime(3000);
  air.beat();
  air.stop();
  vi.advanceTimersByTime(2000);
  air.stop();
  air.close(null);
  air.close(null);
  expect([air.seconds, air.liveMs, air.row]).toEqual([3, 1500, null]);
  expect(rows).toEqual(['s1 3', 's1 3 ended']);
  air.request();
  expect([air.seconds, air.startedAt]).toEqual([0, null]);
});

test.each([
  ['never began', false, null],
  ['broke off', true, 'destination.failed'],
] as const)('one that %s has failed', (_what, began, reason) => {
  const { rows, air } = withRows();
  air.request();
  air.keep('s1');
  if (began) air.start();
  air.stop();
  air.close(reason);
  expect(rows).toEqual(['s1 0 failed']);
});
