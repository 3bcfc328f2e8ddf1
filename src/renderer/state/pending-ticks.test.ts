import { expect, test } from 'vitest';
import { addPendingTick, dropPendingTicks, usePendingTicks } from './pending-ticks.ts';

test('a tick is kept until main says the same, and the last of two counts', () => {
  addPendingTick('a', true);
  addPendingTick('b', true);
  addPendingTick('b', false);
  dropPendingTicks((id, on) => ({ a: true, b: true })[id] === on);
  expect(usePendingTicks.getState()).toEqual({ b: false });
  dropPendingTicks((id, on) => ({ b: false })[id] === on);
  expect(usePendingTicks.getState()).toEqual({});
});
