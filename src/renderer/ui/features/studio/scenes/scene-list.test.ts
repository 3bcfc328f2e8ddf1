import { describe, expect, test } from 'vitest';
import { freeName, movedIds, sceneShortcut } from './scene-list.ts';

describe('the list of scenes', () => {
  test('a scene moves as far as there is room', () => {
    expect(movedIds(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
    expect(movedIds(['a', 'b', 'c'], 'c', -2)).toEqual(['c', 'a', 'b']);
    expect(movedIds(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c']);
    expect(movedIds(['a', 'b', 'c'], 'c', 5)).toEqual(['a', 'b', 'c']);
    expect(movedIds(['a'], 'x', 1)).toEqual(['a']);
  });

  test('a name that is taken gets the first free number', () => {
    const names = (...all: string[]) => all.map((name) => ({ name }));
    expect(freeName('Break', names('Just me'))).toBe('Break');
    expect(freeName('Break', names('Break'))).toBe('Break 2');
    expect(freeName('Break 2', names('Break', 'Break 2', 'Break 3'))).toBe('Break 4');
    expect(freeName('x'.repeat(60), names('x'.repeat(60))).length).toBeLessThanOrEqual(60);
  });

  test('the first nine have a shortcut', () => {
    expect(sceneShortcut(0)).toBe('scene-1');
    expect(sceneShortcut(8)).toBe('scene-9');
    expect(sceneShortcut(9)).toBeNull();
  });
});
