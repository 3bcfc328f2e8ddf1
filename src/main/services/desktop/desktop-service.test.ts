import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkDestinations } from '../../../shared/domain/destination-choice.ts';
import {
  type StudioSettings,
  type StudioSnapshot,
  studioSettingsSchema,
} from '../../../shared/domain/studio.ts';
import { type Reason, ReasonError } from '../../../shared/errors.ts';
import { type ShortcutsSnapshot, shortcutsSnapshot } from '../../../shared/ipc/desktop.ts';
import type { Destination } from '../../../shared/ipc/destinations.ts';
import type { Desktop } from '../../host/port.ts';
import { silentLog } from '../../logging/log.ts';
import { DesktopService } from './desktop-service.ts';
import { FakeDesktop, settled, strict } from './fake-desktop.ts';
import { avatar, destination, onAir, streamState, studioState } from './fixtures.ts';

let fake: FakeDesktop;
let studio: StudioSnapshot;
let stream: ReturnType<typeof streamState>;
let destinations: Destination[];
let ready: boolean;
let started: (readonly string[])[];
let stops: number;
let wishes: string[];
let notices: [string, Reason, string | undefined][];
let shortcuts: ShortcutsSnapshot[];
let fail: { start?: Reason; configure?: Reason; scene?: Reason };
let service: DesktopService;

const configure = (patch: Partial<StudioSettings>) => {
  studio = { ...studio, settings: studioSettingsSchema.parse({ ...studio.settings, ...patch }) };
  service.changed();
};
const goOnAir = (snapshot: ReturnType<typeof streamState>) => {
  stream = snapshot;
  service.changed();
};
const failing = (reason: Reason | undefined) => {
  if (reason) throw new ReasonError(reason);
};

function create(desktop: Desktop | null): DesktopService {
  return new DesktopService({
    desktop,
    studio: {
      get snapshot() {
        return studio;
      },
      configure: async (patch) => {
        failing(fail.configure);
        configure(patch);
      },
      selectScene: async (id) => {
        failing(fail.scene);
        studio = { ...studio, scene: { ...studio.scene, id } };
      },
      setPanic: (on) => {
        studio = { ...studio, panic: on };
      },
      setMuted: (on) => {
        studio = { ...studio, muted: on };
      },
    },
    stream: {
      get snapshot() {
        return stream;
      },
      stop: async () => {
        stops++;
        goOnAir(streamState());
      },
    },
    destinations: { list: () => destinations },
    library: { snapshot: () => ({ avatars: [avatar('vida', 'Vida'), avatar('hero', 'Hero')] }) },
    goLive: {
      check: () => checkDestinations(destinations, studio.settings.ticks, ready),
      start: async (ids) => {
        failing(fail.start);
        started.push(ids);
        goOnAir(onAir(Object.fromEntries(destinations.map(({ name }) => [name, 'live']))));
      },
    },
    publishShortcuts: (snapshot) => shortcuts.push(shortcutsSnapshot.payload.parse(snapshot)),
    wants: (wish) => wishes.push(wish),
    notify: (level, error) => notices.push([level, error.reason, error.detail]),
    log: silentLog,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeDesktop();
  studio = studioState();
  stream = streamState();
  destinations = [destination('Main', { isDefault: true }), destination('Second')];
  ready = true;
  started = [];
  stops = 0;
  wishes = [];
  notices = [];
  shortcuts = [];
  fail = {};
  service = create(strict(fake));
  service.start();
});
afterEach(() => {
  service.close();
  vi.useRealTimers();
});

const click = async (id: string) => {
  fake.click(id);
  await settled();
};

describe('going live outside the window', () => {
  test('asks, naming the avatar and everybody who will see it, and then begins', async () => {
    studio = studioState({ muted: true, tracking: { source: 'recorded', performanceUrl: '', clipUrl: '' } });
    configure({ ticks: { second: true } });
    await click('go-live');
    const [asked] = fake.questions;
    expect(asked?.question).toEqual({
      kind: 'question',
      title: 'Go live now?',
      text: [
        '“Vida” will be seen at:',
        '• Main',
        '• Second',
        '',
        'A recorded performance drives the avatar, not your camera.',
        'Viewers hear silence: the microphone is off or muted.',
      ].join('\n'),
      buttons: ['Go live', 'Cancel'],
      cancel: 1,
      remember: 'Do not ask again',
    });
    expect(started).toEqual([]);
    await asked!.answer(0);
    expect(started).toEqual([['main', 'second']]);
    expect(studio.settings.skipConfirm).toBe(false);
  });

  test('no is no, and nothing is remembered', async () => {
    await click('go-live');
    await fake.questions[0]!.answer(1, true);
    expect([started, studio.settings.skipConfirm]).toEqual([[], false]);
    await click('go-live');
    expect(fake.questions).toHaveLength(2);
  });

  test('a remembered yes asks never again, here and in the window', async () => {
    await click('go-live');
    await fake.questions[0]!.answer(0, true);
    expect(studio.settings.skipConfirm).toBe(true);
    goOnAir(streamState());
    await click('go-live');
    expect(fake.questions).toHaveLength(1);
    expect(started).toEqual([['main'], ['main']]);
  });

  test('rapid clicks and keys open one question and begin once', async () => {
    for (let time = 0; time < 5; time++) fake.click('go-live');
    fake.press('CommandOrControl+Shift+L');
    await settled();
    expect(fake.questions).toHaveLength(1);
    await fake.questions[0]!.answer(0);
    fake.click('go-live');
    fake.click('go-live');
    await settled();
    expect([fake.questions.length, started.length]).toEqual([1, 1]);
  });

  test('rapid clicks without a question begin once too', async () => {
    configure({ skipConfirm: true });
    for (let time = 0; time < 5; time++) fake.click('go-live');
    await settled();
    expect(started).toHaveLength(1);
  });

  test('when the window was quicker, the answer comes too late', async () => {
    await click('go-live');
    goOnAir(onAir({ Main: 'live' }));
    await fake.questions[0]!.answer(0);
    expect(started).toEqual([]);
  });

  test('exactly those that were named are gone live to', async () => {
    await click('go-live');
    configure({ ticks: { second: true } });
    await fake.questions[0]!.answer(0);
    expect(started).toEqual([['main']]);
  });

  test('a rehearsal is no reason against it', async () => {
    stream = { ...onAir({ Sink: 'live' }), kind: 'rehearsal' };
    await click('go-live');
    await fake.questions[0]!.answer(0);
    expect(started).toHaveLength(1);
  });

  test('what is missing is said with a way into the studio', async () => {
    ready = false;
    fake.press('CommandOrControl+Shift+L');
    await settled();
    expect(fake.questions[0]?.question).toMatchObject({
      kind: 'warning',
      title: 'The studio cannot go live yet',
      text: 'Wait until the studio shows the avatar.',
      buttons: ['Open studio', 'Close'],
    });
    await fake.questions[0]!.answer(0);
    expect([fake.windows, started.length]).toEqual([1, 0]);
  });

  test('a failure says what happened and what to do', async () => {
    configure({ skipConfirm: true });
    fail.start = 'secrets.unreadable';
    await click('go-live');
    expect(fake.questions[0]?.question).toMatchObject({
      kind: 'warning',
      text: 'A saved stream key cannot be read on this machine any more.\nEnter the stream key again.',
      remember: null,
    });
    await fake.questions[0]!.answer(1);
    expect(fake.windows).toBe(0);
    fail = {};
    await click('go-live');
    expect(started).toHaveLength(1);
  });
});

describe('stopping', () => {
  beforeEach(() => goOnAir(onAir({ Main: 'live' })));

  test('asks every time', async () => {
    configure({ skipConfirm: true });
    await click('stop');
    expect(fake.questions[0]?.question).toMatchObject({ title: 'Stop streaming?', remember: null });
    await fake.questions[0]!.answer(1);
    expect(stops).toBe(0);
    fake.press('CommandOrControl+Shift+L');
    await settled();
    await fake.questions[1]!.answer(0);
    expect([stops, started.length]).toEqual([1, 0]);
  });

  test('an answer about a broadcast that has ended stops no other', async () => {
    await click('stop');
    stream = { ...onAir({ Main: 'live' }), sessionId: 'session-2' };
    await fake.questions[0]!.answer(0);
    expect(stops).toBe(0);
  });

  test('a click of a menu that is older than the state does nothing', async () => {
    await click('go-live');
    goOnAir(streamState());
    await click('stop');
    expect([fake.questions, started, stops]).toEqual([[], [], 0]);
  });
});

describe('quitting', () => {
  test('is free when nobody watches', async () => {
    expect(await fake.wantsQuit()).toBe(true);
    goOnAir({ ...onAir({ Sink: 'live' }), kind: 'rehearsal' });
    expect(await fake.wantsQuit()).toBe(true);
    goOnAir({ ...onAir({ Main: 'stopping' }), phase: 'stopping' });
    expect(await fake.wantsQuit()).toBe(true);
    await click('quit');
    expect([fake.quits, fake.questions]).toEqual([1, []]);
  });

  test.each([
    [{ Main: 'live' }, 'You are live to 1 destination. Stop and quit?'],
    [
      { Main: 'live', Second: 'reconnecting', Third: 'failed' },
      'You are live to 2 destinations. Stop and quit?',
    ],
  ] as const)('while live asks once, however often it is wanted', async (states, text) => {
    goOnAir(onAir(states));
    const answers = [fake.wantsQuit(), fake.wantsQuit()];
    expect(fake.questions).toHaveLength(1);
    expect(fake.questions[0]?.question.text).toBe(text);
    await click('stop');
    await click('go-live');
    expect(fake.questions).toHaveLength(1);
    await fake.questions[0]!.answer(1);
    expect(await Promise.all(answers)).toEqual([false, false]);
    const again = [fake.wantsQuit(), fake.wantsQuit()];
    await fake.questions[1]!.answer(0);
    expect(await Promise.all(again)).toEqual([true, true]);
    // The main entry stops in order; nothing is stopped here.
    expect(stops).toBe(0);
  });

  test('while another question is open the program stays', async () => {
    goOnAir(onAir({ Main: 'live' }));
    await click('stop');
    expect(await fake.wantsQuit()).toBe(false);
    expect(fake.questions).toHaveLength(1);
  });

  test('a question that cannot be asked keeps the program, and the next one is asked', async () => {
    goOnAir(onAir({ Main: 'live' }));
    const ask = vi.spyOn(fake, 'ask').mockRejectedValueOnce(new Error('no display'));
    expect(await fake.wantsQuit()).toBe(false);
    void fake.wantsQuit();
    expect(ask).toHaveBeenCalledTimes(2);
  });
});

describe('what acts at once', () => {
  test('panic, mute and recentre need no window and no answer', () => {
    fake.click('panic-on');
    fake.click('panic-on');
    fake.click('mute-on');
    fake.click('recentre');
    expect([studio.panic, studio.muted, wishes, fake.windows]).toEqual([true, true, ['recentre'], 0]);
    fake.click('panic-off');
    fake.click('mute-off');
    expect([studio.panic, studio.muted]).toEqual([false, false]);
  });

  test('panic works while a question is open', async () => {
    await click('go-live');
    fake.press('CommandOrControl+Shift+X');
    expect(studio.panic).toBe(true);
  });

  test('destination, avatar and scene are chosen; unknown ones are nothing', async () => {
    configure({ ticks: { gone: true, main: true } });
    await click('destination:second');
    expect(studio.settings.ticks).toEqual({ main: true, second: true });
    await click('destination:main');
    expect(studio.settings.ticks).toEqual({ main: false, second: true });
    await click('avatar:hero');
    expect(studio.settings.avatarId).toBe('hero');
    await click('scene:scene-3');
    expect(studio.scene.id).toBe('scene-3');
    for (const id of ['destination:gone', 'avatar:/etc/passwd', 'nonsense', '']) await click(id);
    expect(studio.settings).toMatchObject({ avatarId: 'hero', ticks: { main: false, second: true } });
    await click('open');
    expect([fake.windows, fake.questions]).toEqual([1, []]);
  });

  test('a failure beside an open question is a notice, else a warning', async () => {
    fail.scene = 'scene.not-found';
    await click('scene:scene-2');
    expect(fake.questions[0]?.question.text).toMatch(/^That scene does not exist any more\.\n/);
    await click('scene:scene-2');
    expect(fake.questions).toHaveLength(1);
    expect(notices).toEqual([['error', 'scene.not-found', undefined]]);
  });
});

test('sleep is kept away from the first connect to the last byte, rehearsals too', () => {
  goOnAir({ ...onAir({ Main: 'connecting' }), phase: 'starting' });
  goOnAir(onAir({ Main: 'live' }));
  goOnAir({ ...onAir({ Main: 'stopping' }), phase: 'stopping' });
  expect(fake.awake).toEqual([true]);
  goOnAir(streamState());
  goOnAir({ ...onAir({ Sink: 'live' }), kind: 'rehearsal' });
  expect(fake.awake).toEqual([true, false, true]);
  service.close();
  service.close();
  expect(fake.awake).toEqual([true, false, true, false]);
});

describe('links', () => {
  test('open the window and wait for the page', () => {
    fake.link({ to: 'studio' });
    fake.link({ to: 'settings' });
    fake.link({ to: 'rehearsal' });
    expect([fake.windows, wishes]).toEqual([3, []]);
    service.pageIsThere();
    service.pageIsThere();
    expect(wishes).toEqual(['show-rehearsal']);
    fake.link({ to: 'settings' });
    service.pageIsGone();
    fake.link({ to: 'settings' });
    expect(wishes).toEqual(['show-rehearsal', 'show-settings']);
    service.pageIsThere();
    expect(wishes).toEqual(['show-rehearsal', 'show-settings', 'show-settings']);
  });
});

describe('the tray', () => {
  test('is drawn at start, at a change at once, then at most twice a second, and never the same twice', () => {
    expect(fake.models.map(({ icon }) => icon)).toEqual(['idle']);
    vi.advanceTimersByTime(500);
    for (let change = 0; change < 50; change++) service.changed();
    vi.advanceTimersByTime(5000);
    expect(fake.models).toHaveLength(1);

    for (let tenth = 0; tenth < 20; tenth++) {
      goOnAir(onAir({ Main: 'live' }, 60 + tenth * 0.4));
      vi.advanceTimersByTime(100);
    }
    // At 0, 0.5, 1, 1.5 and 2 seconds.
    expect(fake.models).toHaveLength(1 + 5);
    vi.advanceTimersByTime(1000);
    expect(fake.models.at(-1)?.tooltip).toContain('00:01:07');
    const drawn = fake.models.length;
    vi.advanceTimersByTime(60_000);
    expect(fake.models).toHaveLength(drawn);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('shows the last change of a burst', () => {
    vi.advanceTimersByTime(500);
    goOnAir(onAir({ Main: 'live' }));
    studio = { ...studio, panic: true };
    service.changed();
    expect(JSON.stringify(fake.models.at(-1))).not.toContain('panic-off');
    vi.advanceTimersByTime(500);
    expect(JSON.stringify(fake.models.at(-1))).toContain('panic-off');
  });

  test('puts the avatars of this run first', () => {
    vi.advanceTimersByTime(500);
    studio = { ...studio, avatar: { ...studio.avatar, id: 'hero', name: 'Hero' } };
    service.changed();
    const text = JSON.stringify(fake.models.at(-1));
    expect(text.indexOf('avatar:hero')).toBeLessThan(text.indexOf('avatar:vida'));
  });

  test('is left alone after the end', () => {
    goOnAir(onAir({ Main: 'live' }));
    service.close();
    const drawn = fake.models.length;
    service.changed();
    vi.advanceTimersByTime(5000);
    expect(fake.models).toHaveLength(drawn);
    expect(fake.registrations.at(-1)).toEqual([]);
  });
});

test('shortcuts act in every program: scenes, panic, recentre', async () => {
  fake.press('CommandOrControl+Shift+2');
  await settled();
  expect(studio.scene.id).toBe('scene-2');
  fake.press('CommandOrControl+Shift+E');
  fake.press('CommandOrControl+Shift+M');
  expect([wishes, studio.muted]).toEqual([['recentre'], true]);
  expect(() => fake.press('CommandOrControl+Shift+4')).toThrow('is not registered');
});

test('without a desktop it only says how the shortcuts stand', () => {
  shortcuts = [];
  const alone = create(null);
  alone.changed();
  expect(shortcuts).toEqual([]);
  alone.start();
  alone.changed();
  expect(shortcuts).toHaveLength(1);
  expect(shortcuts[0]).toMatchObject({ globalAvailable: false });
  expect(new Set(shortcuts[0]?.bindings.map(({ scope }) => scope))).toEqual(new Set(['window']));
  alone.close();
});
