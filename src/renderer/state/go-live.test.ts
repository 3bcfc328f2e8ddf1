import { expect, test } from 'vitest';
import { isTicked } from '../../shared/domain/destination-choice.ts';
import type { Destination } from '../../shared/ipc/destinations.ts';
import { checkGoLive } from './go-live.ts';

const one: Destination = {
  id: 'a',
  name: 'One',
  url: 'rtmp://h/live',
  hasKey: true,
  isDefault: false,
  service: null,
};
const two: Destination = { ...one, id: 'b', name: 'Two', hasKey: false, isDefault: true };

test('names the first thing to do', () => {
  expect(checkGoLive([], {}, true, 'open')).toMatchObject({ ok: false, why: 'no-destinations' });
  expect(checkGoLive([one], { a: false }, true, 'open')).toMatchObject({ ok: false, why: 'none-ticked' });
  expect(checkGoLive([one, two], {}, true, 'open')).toMatchObject({ why: 'no-key', name: 'Two' });
  expect(checkGoLive([one], {}, false, 'open')).toMatchObject({ ok: false, why: 'not-ready' });
  expect(checkGoLive([one], {}, true, 'lost')).toMatchObject({ ok: false, why: 'offline' });
  expect(checkGoLive([one], {}, true, 'open')).toEqual({ ok: true, chosen: [one] });
});

test('the default and a single destination are ticked until the user says otherwise', () => {
  expect(isTicked(one, [one], {})).toBe(true);
  expect(isTicked(one, [one, two], {})).toBe(false);
  expect(isTicked(two, [one, two], {})).toBe(true);
  expect(isTicked(two, [one, two], { b: false })).toBe(false);
});
