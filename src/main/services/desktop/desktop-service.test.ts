import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Desk } from './desk.ts';
import { settled } from './fake-desktop.ts';
import { onAir, streamState } from './fixtures.ts';

let desk: Desk;
beforeEach(() => {
  vi.useFakeTimers();
  desk = new Desk();
});
afterEach(() => {
  desk.service.close();
  vi.useRealTimers();
});

describe('what acts at once', () => {
  test('panic, mute and recentre need no window and no answer', () => {
    desk.fake.click('panic-on');
    desk.fake.click('panic-on');
    desk.fake.click('mute-on');
    desk.fake.click('recentre');
    expect([desk.studio.panic, desk.studio.muted, desk.wishes, desk.fake.windows]).toEqual([
      true,
      true,
      ['recentre'],
      0,
    ]);
    desk.fake.click('panic-off');
    desk.fake.click('mute-off');
    expect([desk.studio.panic, desk.studio.muted]).toEqual([false, false]);
  });

  test('panic works while a question is open', async () => {
    await desk.click('go-live');
    desk.fake.press('Mod+Shift+X');
    expect(desk.studio.panic).toBe(true);
  });

  test('destination, avatar and scene are chosen; unknown ones are nothing', async () => {
    desk.configure({ ticks: { main: true } });
    await desk.click('destination:second');
    expect(desk.studio.settings.ticks).toEqual({ main: true, second: true });
    await desk.click('destination:main');
    expect(desk.studio.settings.ticks).toEqual({ main: false, second: true });
    await desk.click('avatar:hero');
    expect(desk.studio.settings.avatarId).toBe('hero');
    await desk.click('scene:scene-3');
    expect(desk.studio.scene.id).toBe('scene-3');
    for (const id of ['destination:gone', 'avatar:/etc/passwd', 'nonsense', '']) await desk.click(id);
    expect(desk.studio.settings).toMatchObject({ avatarId: 'hero', ticks: { main: false, second: true } });
    await desk.click('open');
    expect([desk.fake.windows, desk.fake.questions]).toEqual([1, []]);
  });

  test('a failure beside an open question is a notice, else a warning', async () => {
    desk.fail.scene = 'scene.not-found';
    await desk.click('scene:scene-2');
    expect(desk.fake.questions[0]?.question.text).toMatch(/^That scene does not exist any more\.\n/);
    await desk.click('scene:scene-2');
    expect(desk.fake.questions).toHaveLength(1);
    expect(desk.notices).toEqual([['error', 'scene.not-found', undefined]]);
  });
});

test('sleep is kept away from the first connect to the last byte, rehearsals too', () => {
  desk.goOnAir({ ...onAir({ Main: 'connecting' }), phase: 'starting' });
  desk.goOnAir(onAir({ Main: 'live' }));
  desk.goOnAir({ ...onAir({ Main: 'stopping' }), phase: 'stopping' });
  expect(desk.fake.awake).toEqual([true]);
  desk.goOnAir(streamState());
  desk.goOnAir({ ...onAir({ Sink: 'live' }), kind: 'rehearsal' });
  expect(desk.fake.awake).toEqual([true, false, true]);
  desk.service.close();
  desk.service.close();
  expect(desk.fake.awake).toEqual([true, false, true, false]);
});

describe('links', () => {
  test('open the window and wait for the page', () => {
    desk.fake.link({ to: 'studio' });
    desk.fake.link({ to: 'settings' });
    desk.fake.link({ to: 'rehearsal' });
    expect([desk.fake.windows, desk.wishes]).toEqual([3, []]);
    desk.service.pageIsThere();
    desk.service.pageIsThere();
    expect(desk.wishes).toEqual(['show-rehearsal']);
    desk.fake.link({ to: 'settings' });
    desk.service.pageIsGone();
    desk.fake.link({ to: 'settings' });
    expect(desk.wishes).toEqual(['show-rehearsal', 'show-settings']);
    desk.service.pageIsThere();
    expect(desk.wishes).toEqual(['show-rehearsal', 'show-settings', 'show-settings']);
  });
});

describe('the tray', () => {
  test('is drawn at start, at a change at once, then at most twice a second, and never the same twice', () => {
    expect(desk.fake.models.map(({ icon }) => icon)).toEqual(['idle']);
    vi.advanceTimersByTime(500);
    for (let change = 0; change < 50; change++) desk.service.changed();
    vi.advanceTimersByTime(5000);
    expect(desk.fake.models).toHaveLength(1);

    for (let tenth = 0; tenth < 20; tenth++) {
      desk.goOnAir(onAir({ Main: 'live' }, 60 + tenth * 0.4));
      vi.advanceTimersByTime(100);
    }
    // At 0, 0.5, 1, 1.5 and 2 seconds.
    expect(desk.fake.models).toHaveLength(1 + 5);
    vi.advanceTimersByTime(1000);
    expect(desk.fake.models.at(-1)?.tooltip).toContain('00:01:07');
    const drawn = desk.fake.models.length;
    vi.advanceTimersByTime(60_000);
    expect(desk.fake.models).toHaveLength(drawn);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('shows the last change of a burst', () => {
    vi.advanceTimersByTime(500);
    desk.goOnAir(onAir({ Main: 'live' }));
    desk.studio = { ...desk.studio, panic: true };
    desk.service.changed();
    expect(JSON.stringify(desk.fake.models.at(-1))).not.toContain('panic-off');
    vi.advanceTimersByTime(500);
    expect(JSON.stringify(desk.fake.models.at(-1))).toContain('panic-off');
  });

  test('puts the avatars of this run first', () => {
    vi.advanceTimersByTime(500);
    desk.studio = { ...desk.studio, avatar: { ...desk.studio.avatar, id: 'hero', name: 'Hero' } };
    desk.service.changed();
    const text = JSON.stringify(desk.fake.models.at(-1));
    expect(text.indexOf('avatar:hero')).toBeLessThan(text.indexOf('avatar:vida'));
  });

  test('is left alone after the end', () => {
    desk.goOnAir(onAir({ Main: 'live' }));
    desk.service.close();
    const drawn = desk.fake.models.length;
    desk.service.changed();
    vi.advanceTimersByTime(5000);
    expect(desk.fake.models).toHaveLength(drawn);
    expect(desk.fake.registrations.at(-1)).toEqual([]);
  });
});

test('shortcuts act in every program: scenes, panic, recentre', async () => {
  desk.fake.press('Mod+Shift+2');
  await settled();
  expect(desk.studio.scene.id).toBe('scene-2');
  desk.fake.press('Mod+Shift+E');
  desk.fake.press('Mod+Shift+M');
  expect([desk.wishes, desk.studio.muted]).toEqual([['recentre'], true]);
  expect(() => desk.fake.press('Mod+Shift+4')).toThrow('is not registered');
});

test('the expressions of the shown avatar have their keys in every program', () => {
  const slot = {
    id: 'joy-1',
    name: 'joy',
    trigger: { key: 'F6', gesture: null, mode: 'toggle' as const },
    weight: 1,
    fadeInMs: 0,
    fadeOutMs: 0,
    holdMs: 100,
    stacking: 'add' as const,
    mutes: { eyes: false, mouth: false },
  };
  desk.configure({
    expressions: { vida: [slot], hero: [{ ...slot, trigger: { ...slot.trigger, key: 'F7' } }] },
  });
  desk.fake.press('F6');
  expect(desk.pressed).toEqual(['joy-1']);
  expect(() => desk.fake.press('F7')).toThrow('is not registered');
});

test('without a desktop it only says how the shortcuts stand', () => {
  desk.shortcuts = [];
  const alone = desk.create(null);
  alone.changed();
  expect(desk.shortcuts).toEqual([]);
  alone.start();
  alone.changed();
  expect(desk.shortcuts).toHaveLength(1);
  expect(desk.shortcuts[0]).toMatchObject({ globalAvailable: false });
  expect(new Set(desk.shortcuts[0]?.bindings.map(({ scope }) => scope))).toEqual(new Set(['window']));
  alone.close();
});
