import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDestinations, isTicked } from './destination-choice.ts';

const make = (id: string, change: { isDefault?: boolean; hasKey?: boolean } = {}) => ({
  id,
  name: id.toUpperCase(),
  isDefault: false,
  hasKey: true,
  ...change,
});
const main = make('main', { isDefault: true });
const second = make('second');

describe('ticks', () => {
  test('the default is ticked, the others are not, until somebody says so', () => {
    const all = [main, second];
    expect(all.map((each) => isTicked(each, all, {}))).toEqual([true, false]);
    expect(all.map((each) => isTicked(each, all, { main: false, second: true }))).toEqual([false, true]);
  });

  test('a single one is ticked by itself, and can be unticked', () => {
    expect(isTicked(second, [second], {})).toBe(true);
    expect(isTicked(second, [second], { second: false })).toBe(false);
  });

  test('of one that is gone say nothing about the others', () => {
    expect(isTicked(second, [main, second], { gone: true })).toBe(false);
  });
});

describe('going live', () => {
  test.each([
    ['nothing saved', [], {}, true, 'no-destinations', ''],
    ['nothing saved, not ready either', [], {}, false, 'no-destinations', ''],
    ['nothing ticked', [main, second], { main: false }, true, 'none-ticked', ''],
    ['a ticked one has no key', [main, make('x', { hasKey: false })], { x: true }, true, 'no-key', 'X'],
    ['no key comes before not ready', [make('x', { hasKey: false })], {}, false, 'no-key', 'X'],
    ['not ready', [main], {}, false, 'not-ready', ''],
  ])('%s', (_, all, ticks, ready, why, name) => {
    expect(checkDestinations(all, ticks, ready)).toEqual({ ok: false, why, name });
  });

  test('goes to the ticked ones, in their order; a key is wanted of these only', () => {
    const all = [make('c', { hasKey: false }), make('b'), main];
    expect(checkDestinations(all, { b: true }, true)).toEqual({ ok: true, ids: ['b', 'main'] });
  });

  test('whatever is ticked: never to one without a key, never to one that is not ticked', () => {
    const one = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      name: fc.string(),
      isDefault: fc.boolean(),
      hasKey: fc.boolean(),
    });
    const lists = fc.uniqueArray(one, { selector: ({ id }) => id });
    const ticks = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'gone'), fc.boolean());
    fc.assert(
      fc.property(lists, ticks, fc.boolean(), (all, ticked, ready) => {
        const check = checkDestinations(all, ticked, ready);
        if (!check.ok) return;
        expect(ready).toBe(true);
        expect(check.ids.length).toBeGreaterThan(0);
        for (const id of check.ids) {
          const found = all.find((each) => each.id === id)!;
          expect(found.hasKey && isTicked(found, all, ticked)).toBe(true);
        }
      }),
    );
  });
});
