import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ExpressionSlot } from '../../../shared/domain/expressions.ts';
import {
  DEFAULT_SHORTCUTS,
  SHORTCUT_ACTIONS,
  type ShortcutAction,
} from '../../../shared/domain/shortcuts.ts';
import { type ShortcutsSnapshot, shortcutsSnapshot } from '../../../shared/ipc/desktop.ts';
import { GlobalShortcuts, type WantedShortcuts } from './global-shortcuts.ts';

let taken: string[];
let registered: ReadonlyMap<string, () => void>;
let registrations: number;
let published: ShortcutsSnapshot[];
let problems: string[];
let ran: ShortcutAction[];
let pressed: string[];

const WANTED: WantedShortcuts = { map: DEFAULT_SHORTCUTS, everywhere: true, sceneCount: 2, expressions: [] };
const create = (
  isMac = false,
  register: ((map: ReadonlyMap<string, () => void>) => string[]) | null = take,
) =>
  new GlobalShortcuts({
    register,
    run: (action) => ran.push(action),
    press: (id) => pressed.push(id),
    publish: (snapshot) => published.push(shortcutsSnapshot.payload.parse(snapshot)),
    onProblem: (error) => problems.push(error.message),
    isMac,
  });
function take(map: ReadonlyMap<string, () => void>): string[] {
  registrations++;
  registered = map;
  return taken.filter((each) => map.has(each));
}
const bindingOf = (action: ShortcutAction) =>
  published.at(-1)?.bindings.find((binding) => binding.action === action);

beforeEach(() => {
  vi.useFakeTimers();
  taken = [];
  registered = new Map();
  registrations = 0;
  published = [];
  problems = [];
  ran = [];
  pressed = [];
});
afterEach(() => void vi.useRealTimers());

test('everything that has a key and something to act on is registered, once', () => {
  const shortcuts = create();
  shortcuts.update(WANTED);
  shortcuts.update({ ...WANTED, map: { ...DEFAULT_SHORTCUTS } });
  const shift = (keys: string[]) => keys.map((key) => `Mod+Shift+${key}`);
  const alt = ['R', 'S', 'V'].map((key) => `Mod+Alt+${key}`);
  expect([...registered.keys()]).toEqual([...shift(['L', 'X', 'M', 'E']), ...alt, ...shift(['1', '2'])]);
  expect([registrations, published.length, problems]).toEqual([1, 1, []]);
  expect(published[0]?.bindings.map(({ action }) => action)).toEqual([...SHORTCUT_ACTIONS]);
  expect(bindingOf('scene-2')).toMatchObject({ scope: 'global', problem: null });
  expect(bindingOf('scene-3')).toMatchObject({ scope: 'window', problem: null, accelerator: 'Mod+Shift+3' });
});

test('a change registers again: a scene more, another key, none, off', () => {
  const shortcuts = create();
  shortcuts.update(WANTED);
  shortcuts.update({ ...WANTED, sceneCount: 3 });
  expect(registered.has('Mod+Shift+3')).toBe(true);
  shortcuts.update({ ...WANTED, sceneCount: 40 });
  expect(registered.size).toBe(16);
  shortcuts.update({ ...WANTED, map: { ...DEFAULT_SHORTCUTS, panic: 'F9', mute: null } });
  expect(registered.has('F9')).toBe(true);
  expect(registered.has('Mod+Shift+M')).toBe(false);
  expect(bindingOf('mute')).toEqual({ action: 'mute', accelerator: null, scope: 'window', problem: null });
  shortcuts.update({ ...WANTED, everywhere: false });
  expect(registered.size).toBe(0);
  expect(new Set(published.at(-1)?.bindings.map(({ scope }) => scope))).toEqual(new Set(['window']));
  expect(published.at(-1)?.globalAvailable).toBe(true);
  expect([registrations, published.length]).toEqual([5, 5]);
  shortcuts.close();
  expect(registrations).toBe(5);
});

describe('conflicts', () => {
  test('another program has one: told once, works in the window, everything else works everywhere', () => {
    taken = ['Mod+Shift+X', 'Mod+Shift+M'];
    const shortcuts = create();
    shortcuts.update(WANTED);
    expect(problems).toEqual(['host.shortcut-taken: Ctrl+Shift+X, Ctrl+Shift+M']);
    expect(bindingOf('panic')).toMatchObject({ scope: 'window', problem: 'taken' });
    expect(bindingOf('go-live')).toMatchObject({ scope: 'global', problem: null });
    shortcuts.update({ ...WANTED, sceneCount: 3 });
    expect(problems).toHaveLength(1);
    // Given back in the meantime.
    taken = [];
    shortcuts.update(WANTED);
    expect(bindingOf('panic')).toMatchObject({ scope: 'global', problem: null });
    taken = ['Mod+Shift+X'];
    shortcuts.update({ ...WANTED, sceneCount: 3 });
    expect(problems).toHaveLength(2);
  });

  test('are written as on the user’s keyboard', () => {
    taken = ['Mod+Shift+X'];
    create(true).update(WANTED);
    expect(problems).toEqual(['host.shortcut-taken: ⌘⇧X']);
  });

  test('two actions with one key: the first has it, the second says so', () => {
    taken = ['Mod+Shift+X'];
    const map = { ...DEFAULT_SHORTCUTS, mute: 'Mod+Shift+X', 'scene-1': 'Mod+Shift+L' };
    create().update({ ...WANTED, map });
    expect([...registered.keys()].filter((key) => key.endsWith('+X'))).toHaveLength(1);
    expect(bindingOf('panic')?.problem).toBe('taken');
    expect(bindingOf('mute')).toMatchObject({ scope: 'window', problem: 'duplicate' });
    expect(bindingOf('scene-1')).toMatchObject({ scope: 'window', problem: 'duplicate' });
  });

  test('duplicates are said without a desktop too', () => {
    create(false, null).update({ ...WANTED, map: { ...DEFAULT_SHORTCUTS, mute: 'Mod+Shift+X' } });
    expect(published[0]).toMatchObject({ globalAvailable: false });
    expect(bindingOf('mute')).toMatchObject({ scope: 'window', problem: 'duplicate' });
  });

  test('a system that throws leaves the keys to the window', () => {
    const shortcuts = create(false, () => {
      throw new Error('no keyboard');
    });
    shortcuts.update(WANTED);
    shortcuts.update(WANTED);
    expect(problems).toEqual(['internal.unexpected: no keyboard']);
    expect(bindingOf('panic')).toMatchObject({ scope: 'window', problem: 'taken' });
  });
});

test('a held key acts once; pressed again it acts again', () => {
  create().update(WANTED);
  const press = () => registered.get('Mod+Shift+X')?.();
  press();
  vi.advanceTimersByTime(500);
  for (let repeat = 0; repeat < 60; repeat++) {
    press();
    vi.advanceTimersByTime(33);
  }
  registered.get('Mod+Shift+1')?.();
  expect(ran).toEqual(['panic', 'scene-1']);
  vi.advanceTimersByTime(700);
  press();
  expect(ran).toEqual(['panic', 'scene-1', 'panic']);
});

describe('expressions', () => {
  const slot = (id: string, key: string | null): ExpressionSlot => ({
    id,
    name: id,
    trigger: { key, gesture: null, mode: 'toggle' },
    weight: 1,
    fadeInMs: 0,
    fadeOutMs: 0,
    holdMs: 100,
    stacking: 'replace',
    mutes: { eyes: false, mouth: false },
  });
  const expressions = [
    slot('joy', 'F5'),
    slot('blush', 'F5'),
    slot('cut', 'Mod+Shift+X'),
    slot('none', null),
  ];

  test('work in every program as the other keys do, without their repeats', () => {
    const shortcuts = create();
    shortcuts.update({ ...WANTED, expressions });
    expect(published.at(-1)?.expressions).toEqual([
      { accelerator: 'F5', scope: 'global', problem: null },
      { accelerator: 'Mod+Shift+X', scope: 'window', problem: 'studio' },
    ]);
    registered.get('F5')?.();
    registered.get('F5')?.();
    registered.get('Mod+Shift+X')?.();
    expect([pressed, ran]).toEqual([['joy', 'blush'], ['panic']]);
    // The same key with another expression on it.
    shortcuts.update({ ...WANTED, expressions: [slot('sad', 'F5')] });
    vi.advanceTimersByTime(700);
    registered.get('F5')?.();
    expect(pressed).toEqual(['joy', 'blush', 'sad']);
    shortcuts.update({ ...WANTED, everywhere: false, expressions });
    expect([registered.size, published.at(-1)?.expressions[0]?.scope]).toEqual([0, 'window']);
  });

  test('a second press soon after the first counts; a held key acts once', () => {
    const shortcuts = create();
    shortcuts.update({ ...WANTED, expressions: [slot('joy', 'F5')] });
    const press = () => registered.get('F5')?.();
    press();
    for (let again = 2; again < 6; again++) {
      vi.advanceTimersByTime(300);
      press();
      vi.advanceTimersByTime(120);
      expect(pressed).toHaveLength(again);
    }
    vi.advanceTimersByTime(1000);
    pressed = [];
    press();
    vi.advanceTimersByTime(500);
    for (let repeat = 0; repeat < 60; repeat++) {
      press();
      vi.advanceTimersByTime(33);
    }
    vi.advanceTimersByTime(200);
    expect(pressed).toEqual(['joy']);
    // Nothing that was left out holds up the next press.
    press();
    expect(pressed).toEqual(['joy', 'joy']);
    vi.advanceTimersByTime(300);
    press();
    shortcuts.close();
    vi.advanceTimersByTime(1000);
    expect(pressed).toEqual(['joy', 'joy']);
  });

  test('a key that another program has is left to the window, and said', () => {
    taken = ['F5'];
    create().update({ ...WANTED, expressions });
    expect(published.at(-1)?.expressions[0]).toEqual({
      accelerator: 'F5',
      scope: 'window',
      problem: 'taken',
    });
    expect(problems).toEqual(['host.shortcut-taken: F5']);
  });
});
