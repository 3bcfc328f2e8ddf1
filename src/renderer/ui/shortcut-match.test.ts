import { describe, expect, test } from 'vitest';
import { DEFAULT_SHORTCUTS, type KeyPress } from '../../shared/domain/shortcuts.ts';
import type { ShortcutsSnapshot } from '../../shared/ipc/desktop.ts';
import { matchShortcut } from './shortcut-match.ts';

const OFF = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const PANIC: KeyPress = { ...OFF, key: 'X', code: 'KeyX', ctrlKey: true, shiftKey: true };
const bound = (part: Partial<ShortcutsSnapshot['bindings'][number]>): ShortcutsSnapshot['bindings'] => [
  { action: 'panic', accelerator: 'Mod+Shift+X', scope: 'window', problem: null, ...part },
];

describe('what a key press means', () => {
  test('an action of the window', () => {
    expect(matchShortcut(PANIC, DEFAULT_SHORTCUTS, bound({}), false)).toEqual({
      kind: 'here',
      action: 'panic',
    });
    expect(matchShortcut(PANIC, DEFAULT_SHORTCUTS, [], false)).toEqual({ kind: 'here', action: 'panic' });
  });

  test('a global one is done by main, unless another program has it', () => {
    const match = (problem: 'taken' | null) =>
      matchShortcut(PANIC, DEFAULT_SHORTCUTS, bound({ scope: 'global', problem }), false);
    expect(match(null)).toEqual({ kind: 'elsewhere' });
    expect(match('taken')).toEqual({ kind: 'here', action: 'panic' });
  });

  test('a digit counts by its place, whatever Shift makes of it', () => {
    const press: KeyPress = { ...OFF, key: '!', code: 'Digit1', ctrlKey: true, shiftKey: true };
    expect(matchShortcut(press, DEFAULT_SHORTCUTS, [], false)).toEqual({ kind: 'here', action: 'scene-1' });
  });

  test('of two with the same keys the first one acts', () => {
    const map = { ...DEFAULT_SHORTCUTS, 'scene-9': 'Mod+Shift+X' };
    expect(matchShortcut(PANIC, map, [], false)).toEqual({ kind: 'here', action: 'panic' });
  });

  test('nothing: no shortcut, a letter alone, the other main modifier', () => {
    const map = { ...DEFAULT_SHORTCUTS, panic: null };
    expect(matchShortcut(PANIC, map, [], false)).toEqual({ kind: 'none' });
    expect(matchShortcut({ ...OFF, key: 'x', code: 'KeyX' }, DEFAULT_SHORTCUTS, [], false)).toEqual({
      kind: 'none',
    });
    expect(matchShortcut(PANIC, DEFAULT_SHORTCUTS, [], true)).toEqual({ kind: 'none' });
  });
});
