import { expect, test } from 'vitest';
import { MAX_TRACKING_STATES } from '../../shared/domain/report.ts';
import { StateLog } from './state-log.ts';

test('only changes are kept, and of those the newest', () => {
  const log = new StateLog();
  log.note('no-face', 10.4);
  log.note('no-face', 20);
  log.note('tracking', 30.6);
  expect(log.entries).toEqual([
    { at: 10, state: 'no-face' },
    { at: 31, state: 'tracking' },
  ]);
  for (let i = 0; i < MAX_TRACKING_STATES; i++) log.note(i % 2 === 0 ? 'no-camera' : 'tracking', 100 + i);
  expect(log.entries).toHaveLength(MAX_TRACKING_STATES);
  expect(log.entries[0]?.at).toBe(100);
});
