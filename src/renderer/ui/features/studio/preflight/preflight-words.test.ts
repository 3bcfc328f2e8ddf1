import { expect, test } from 'vitest';
import type { PreflightItem, PreflightSnapshot } from '../../../../../shared/ipc/preflight.ts';
import { groupItems, verdictOf, worstOf } from './preflight-words.ts';

const item = (state: PreflightItem['state'], subject: PreflightItem['subject'] = null): PreflightItem => ({
  check: 'camera',
  subject,
  state,
  reason: null,
  problems: [],
  ms: null,
});
const done = (...items: PreflightItem[]): PreflightSnapshot => ({
  phase: 'done',
  items,
  ok: true,
  fixable: false,
});

test('one word for all of it, the worst first', () => {
  expect(verdictOf(done(item('ok')))).toEqual({ verdict: 'ok', count: 0 });
  expect(verdictOf(done(item('ok'), item('warning')))).toEqual({ verdict: 'warnings', count: 1 });
  expect(verdictOf(done(item('failed'), item('failed'), item('warning')))).toEqual({
    verdict: 'failed',
    count: 2,
  });
  expect(verdictOf({ ...done(item('failed')), phase: 'running' }).verdict).toBe('running');
});

test('what concerns a destination stands with it', () => {
  const mine = item('warning', { id: 'a', name: 'Mine' });
  const groups = groupItems([mine, item('ok'), item('ok', { id: 'b', name: 'Other' })]);
  expect(groups.studio).toHaveLength(1);
  expect(groups.of('a')).toEqual([mine]);
});

test('a destination is as good as its worst line', () => {
  expect(worstOf([])).toBeNull();
  expect(worstOf([item('ok'), item('running')])).toBe('running');
  expect(worstOf([item('failed'), item('warning')])).toBe('failed');
});
