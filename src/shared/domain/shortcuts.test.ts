import { describe, expect, test } from 'vitest';
import {
  acceleratorAria,
  acceleratorOf,
  acceleratorSchema,
  acceleratorText,
  DEFAULT_SHORTCUTS,
  duplicateShortcuts,
  type KeyPress,
  SHORTCUT_ACTIONS,
  shortcutMapSchema,
  toElectronAccelerator,
} from './shortcuts.ts';

const press = (key: string, code: string, ...held: ('ctrl' | 'meta' | 'alt' | 'shift')[]): KeyPress => ({
  key,
  code,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  altKey: held.includes('alt'),
  shiftKey: held.includes('shift'),
});

describe('accelerators', () => {
  test.each(['Mod+A', 'Alt+0', 'Mod+Alt+Shift+Z', 'Mod+Shift+9', 'F1', 'F24', 'Shift+F12', 'Alt+F4'])(
    '%s is one',
    (text) => {
      expect(acceleratorSchema.safeParse(text).success).toBe(true);
    },
  );

  test.each([
    '',
    'A',
    'Shift+A',
    'Shift+1',
    'Shift+Mod+A',
    'Alt+Mod+A',
    'Mod+a',
    'Mod+AB',
    'Mod+',
    'Mod+Space',
    'Mod+Mod+A',
    'Ctrl+A',
    'F0',
    'F25',
    'F011',
    ' Mod+A',
    'Mod+A\n',
    `Mod+${'A'.repeat(40)}`,
  ])('%j is none', (text) => {
    expect(acceleratorSchema.safeParse(text).success).toBe(false);
  });

  test('the defaults are valid, all different, and every action has one', () => {
    expect(shortcutMapSchema.parse(DEFAULT_SHORTCUTS)).toEqual(DEFAULT_SHORTCUTS);
    expect(Object.keys(DEFAULT_SHORTCUTS)).toEqual([...SHORTCUT_ACTIONS]);
    expect(duplicateShortcuts(DEFAULT_SHORTCUTS).size).toBe(0);
  });
});

describe('a key press', () => {
  test.each([
    [press('x', 'KeyX', 'ctrl', 'shift'), false, 'Mod+Shift+X'],
    [press('x', 'KeyX', 'meta', 'shift'), true, 'Mod+Shift+X'],
    [press('F9', 'F9'), false, 'F9'],
    [press('F9', 'F9', 'shift'), false, 'Shift+F9'],
    [press('a', 'KeyA', 'ctrl', 'alt', 'shift'), false, 'Mod+Alt+Shift+A'],
    // Shift makes another character of a digit; its place counts.
    [press('!', 'Digit1', 'ctrl', 'shift'), false, 'Mod+Shift+1'],
    // Option writes another character on a Mac.
    [press('å', 'KeyA', 'alt'), true, 'Alt+A'],
    // A keyboard without Latin letters, and one on which letters lie elsewhere.
    [press('ч', 'KeyX', 'ctrl'), false, 'Mod+X'],
    [press('q', 'KeyA', 'ctrl'), false, 'Mod+Q'],
  ])('%# is an accelerator', (key, isMac, accelerator) => {
    expect(acceleratorOf(key, isMac)).toBe(accelerator);
    expect(acceleratorSchema.safeParse(accelerator).success).toBe(true);
  });

  test.each([
    ['a letter alone', press('x', 'KeyX'), false],
    ['a capital letter', press('X', 'KeyX', 'shift'), false],
    ['a bare modifier', press('Shift', 'ShiftLeft', 'shift', 'ctrl'), false],
    ['the Windows key', press('x', 'KeyX', 'meta', 'ctrl'), false],
    ['Control on a Mac', press('x', 'KeyX', 'ctrl'), true],
    ['an arrow', press('ArrowUp', 'ArrowUp', 'ctrl'), false],
    ['a key of the number pad', press('+', 'NumpadAdd', 'ctrl'), false],
    ['nothing at all', press('', '', 'ctrl'), false],
  ])('of %s is none', (_, key, isMac) => {
    expect(acceleratorOf(key, isMac)).toBeNull();
  });
});

test('an accelerator as Electron, people and screen readers read it', () => {
  expect(toElectronAccelerator('Mod+Alt+Shift+F5')).toBe('CommandOrControl+Alt+Shift+F5');
  expect(toElectronAccelerator('F5')).toBe('F5');
  expect(acceleratorText('Mod+Alt+Shift+X', false)).toBe('Ctrl+Alt+Shift+X');
  expect(acceleratorText('Mod+Alt+Shift+X', true)).toBe('⌘⌥⇧X');
  expect(acceleratorAria('Mod+Shift+X', true)).toBe('Meta+Shift+X');
  expect(acceleratorAria('Mod+Shift+X', false)).toBe('Control+Shift+X');
});

test('of several actions with one accelerator all but the first are duplicates; none is no accelerator', () => {
  const map = {
    ...DEFAULT_SHORTCUTS,
    mute: 'Mod+Shift+L',
    'scene-9': 'Mod+Shift+L',
    'scene-1': null,
    'scene-2': null,
  };
  expect([...duplicateShortcuts(map)]).toEqual(['mute', 'scene-9']);
});
