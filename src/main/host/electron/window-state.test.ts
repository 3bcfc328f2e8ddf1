import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadWindowState, placeWindow, saveWindowState } from './window-state.ts';

const LAPTOP = { x: 0, y: 25, width: 1440, height: 875 };
const BESIDE = { x: 1440, y: 0, width: 2560, height: 1440 };
const saved = { x: 1700, y: 100, width: 1600, height: 1000, maximized: false };

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vida3-window-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('the first window has its own size, if the display is large enough', () => {
  expect(placeWindow(null, [BESIDE])).toEqual({ width: 1440, height: 900 });
  expect(placeWindow(null, [LAPTOP])).toEqual({ width: 1440, height: 875 });
  expect(placeWindow(null, [{ x: 0, y: 0, width: 800, height: 480 }])).toEqual({ width: 960, height: 600 });
  expect(placeWindow(null, [])).toEqual({ width: 1440, height: 900 });
});

test('a window opens where it was, on the display where it was', () => {
  expect(placeWindow(saved, [LAPTOP, BESIDE])).toEqual({ x: 1700, y: 100, width: 1600, height: 1000 });
});

test('a window whose display was unplugged opens in the middle of one that is there', () => {
  expect(placeWindow(saved, [LAPTOP])).toEqual({ width: 1440, height: 875 });
});

test.each([
  [{ ...saved, x: 1440 + 2560 - 100 }, 'beyond the right edge'],
  [{ ...saved, y: -40 }, 'above the upper edge'],
  [{ ...saved, y: 1430 }, 'below the lower edge'],
  [{ ...saved, x: -30_000 }, 'far away'],
])('%o could not be caught: it is %s', (state) => {
  expect(placeWindow(state, [LAPTOP, BESIDE])).not.toHaveProperty('x');
});

test('what is saved is found again', () => {
  expect(loadWindowState(home)).toBeNull();
  saveWindowState(home, saved);
  expect(loadWindowState(home)).toEqual(saved);
});

test.each([
  '',
  '{',
  '[]',
  '{"x":1}',
  '{"x":"1","y":0,"width":9,"height":9,"maximized":false}',
  '{"x":1e9,"y":0,"width":-5,"height":1e99,"maximized":true}',
])('a file that says %j counts as none', (text) => {
  writeFileSync(join(home, 'window.json'), text);
  expect(loadWindowState(home)).toBeNull();
});
