import { describe, expect, test } from 'vitest';
import { checkDestinations } from '../../../shared/domain/destination-choice.ts';
import { FIRST_SCENE, MAX_SCENES } from '../../../shared/domain/scene.ts';
import { SHORTCUT_ACTIONS } from '../../../shared/domain/shortcuts.ts';
import { DESTINATION_STATES } from '../../../shared/domain/stream-state.ts';
import { DEFAULT_SETTINGS, type StudioSettings, type StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { TrayItem } from '../../host/port.ts';
import { parseTrayAction } from './actions.ts';
import { avatar, destination, onAir, streamState, studioState } from './fixtures.ts';
import { elapsedText, oneLine, type TrayState, trayModel } from './tray-model.ts';

const TWO = [destination('Main', { isDefault: true }), destination('Second')];

function state(
  change: Partial<TrayState> = {},
  studio: Partial<StudioSnapshot> = {},
  settings: Partial<StudioSettings> = {},
): TrayState {
  const snapshot = studioState(studio, settings);
  const destinations = change.destinations ?? TWO;
  return {
    studio: snapshot,
    stream: streamState(),
    destinations,
    avatars: [avatar('vida', 'Vida')],
    recentAvatars: ['vida'],
    check: checkDestinations(destinations, snapshot.settings.ticks, true),
    bindings: [],
    ...change,
  };
}

const labels = (items: readonly TrayItem[]) =>
  items.filter((item) => item.kind === 'label').map((item) => item.label);
const actions = (items: readonly TrayItem[]) => items.filter((item) => item.kind === 'action');
const allActions = (items: readonly TrayItem[]): ReturnType<typeof actions> =>
  items.flatMap((item) =>
    item.kind === 'menu' ? allActions(item.items) : item.kind === 'action' ? [item] : [],
  );
const menu = (of: TrayState, label: string) =>
  trayModel(of).items.find((item) => item.kind === 'menu' && item.label === label) as Extract<
    TrayItem,
    { kind: 'menu' }
  >;
const find = (of: TrayState, id: string) => allActions(trayModel(of).items).find((item) => item.id === id);

describe('icon, first lines and the live item, for every state', () => {
  const GO = 'Go live…';
  test.each([
    ['idle', streamState(), 'idle', ['Offline'], GO, true],
    [
      'ended by a failure',
      streamState({ reason: 'destination.rejected' }),
      'error',
      ['Offline. The server rejected the stream.'],
      GO,
      true,
    ],
    [
      'starting',
      { ...onAir({ Main: 'connecting' }), phase: 'starting' as const },
      'reconnecting',
      ['Connecting…'],
      'Stop connecting…',
      true,
    ],
    [
      'viewers see the card',
      { ...onAir({ Main: 'live' }), card: true },
      'reconnecting',
      ['Live · 12 min', 'Viewers see the still card: no picture comes from the studio'],
      'Stop streaming…',
      true,
    ],
    ['live', onAir({ Main: 'live', Second: 'live' }), 'live', ['Live · 12 min'], 'Stop streaming…', true],
    [
      'one connects still',
      onAir({ Main: 'live', Second: 'connecting' }),
      'live',
      ['Live · 12 min'],
      'Stop streaming…',
      true,
    ],
    [
      'one reconnects',
      onAir({ Main: 'live', Second: 'reconnecting' }),
      'reconnecting',
      ['Live · 12 min', 'Reconnecting: Second'],
      'Stop streaming…',
      true,
    ],
    [
      'all reconnect',
      onAir({ Main: 'reconnecting' }),
      'reconnecting',
      ['Reconnecting · 12 min', 'Reconnecting: Main'],
      'Stop streaming…',
      true,
    ],
    [
      'one failed, one lives',
      onAir({ Main: 'failed', Second: 'live' }),
      'error',
      ['Live · 12 min', 'Failed: Main'],
      'Stop streaming…',
      true,
    ],
    [
      'one failed, one reconnects',
      onAir({ Main: 'failed', Second: 'reconnecting' }),
      'error',
      ['Reconnecting · 12 min', 'Failed: Main', 'Reconnecting: Second'],
      'Stop streaming…',
      true,
    ],
    [
      'stopping',
      { ...onAir({ Main: 'stopping' }), phase: 'stopping' as const },
      'live',
      ['Stopping…'],
      GO,
      false,
    ],
    [
      'rehearsing',
      { ...onAir({ Sink: 'reconnecting' }), kind: 'rehearsal' as const },
      'idle',
      ['Rehearsing, nobody sees it'],
      GO,
      true,
    ],
    [
      'after a failed rehearsal',
      streamState({ kind: 'rehearsal', reason: 'destination.failed' }),
      'idle',
      ['Offline'],
      GO,
      true,
    ],
  ] as const)('%s', (_, stream, icon, lines, live, enabled) => {
    const model = trayModel(state({ stream }));
    expect(model.icon).toBe(icon);
    expect(labels(model.items)).toEqual(lines);
    expect(model.tooltip).toBe(`VIDA³ Studio · ${lines[0].replace('12 min', '00:12:34')}`);
    expect(actions(model.items)[0]).toMatchObject({ label: live, enabled });
  });
});

test.each([
  [[], {}, true, 'Add a destination first.'],
  [[destination('Main'), destination('Second')], {}, true, 'Tick at least one destination.'],
  [TWO, { main: false }, true, 'Tick at least one destination.'],
  [[destination('Main', { hasKey: false })], {}, true, 'Enter the stream key of Main first.'],
  [TWO, {}, false, 'Wait until the studio shows the avatar.'],
])('Go live that is not possible says why (%#)', (destinations, ticks, ready, why) => {
  const blocked = state({ destinations, check: checkDestinations(destinations, ticks, ready) });
  expect(find(blocked, 'go-live')).toMatchObject({ enabled: false });
  expect(labels(trayModel(blocked).items)).toEqual(['Offline', why]);
});

test('the ellipsis says whether a question comes', () => {
  expect(find(state({}, {}, { skipConfirm: true }), 'go-live')?.label).toBe('Go live');
  expect(find(state({ stream: onAir({ Main: 'live' }) }, {}, { skipConfirm: true }), 'stop')?.label).toBe(
    'Stop streaming…',
  );
});

test('panic and mute name what a click does, and panic is said', () => {
  expect(allActions(trayModel(state()).items).map(({ id }) => id)).toEqual(
    expect.arrayContaining(['panic-on', 'mute-on']),
  );
  const cut = state({}, { panic: true, muted: true });
  expect(find(cut, 'panic-off')?.label).toBe('Bring picture and sound back');
  expect(find(cut, 'mute-off')?.label).toBe('Unmute microphone');
  expect(find(cut, 'panic-on')).toBeUndefined();
  expect(labels(trayModel(cut).items)).toEqual(['Offline', 'Panic is on: viewers see the still card']);
});

test('there is nothing to recentre without a face', () => {
  expect(find(state(), 'recentre')).toMatchObject({ enabled: true });
  expect(find(state({}, { tracking: { source: 'none' } }), 'recentre')).toMatchObject({ enabled: false });
});

describe('destinations', () => {
  test('are ticked as in the window, and say what they lack', () => {
    const destinations = [...TWO, destination('Third', { hasKey: false })];
    const items = actions(
      menu(state({ destinations }, {}, { ticks: { third: true } }), 'Destinations').items,
    );
    expect(items.map(({ label, check, enabled }) => [label, check?.on, check?.radio, enabled])).toEqual([
      ['Main', true, false, true],
      ['Second', false, false, true],
      ['Third · no stream key', true, false, true],
    ]);
  });

  test('while live show their state and stay as they are', () => {
    const live = state({ stream: onAir({ Second: 'reconnecting' }) });
    expect(actions(menu(live, 'Destinations').items)).toMatchObject([
      { label: 'Main', check: { on: false }, enabled: false },
      { label: 'Second · Reconnecting', check: { on: true }, enabled: false },
    ]);
  });

  test('a rehearsal leaves them free', () => {
    const stream = { ...onAir({ Main: 'live' }), kind: 'rehearsal' as const };
    expect(actions(menu(state({ stream }), 'Destinations').items)).toMatchObject([
      { label: 'Main', enabled: true },
      { label: 'Second', enabled: true },
    ]);
  });

  test('that are none are said', () => {
    expect(labels(menu(state({ destinations: [] }), 'Destinations').items)).toEqual(['No destination yet']);
  });
});

describe('avatars', () => {
  const avatars = Array.from({ length: 15 }, (_, index) => avatar(`a${index}`, `Avatar ${index}`));
  const shown = (id: string) => ({ avatar: { ...studioState().avatar, id, name: id } });

  test('the last ones come first, at most twelve, the rest is counted', () => {
    const { items } = menu(state({ avatars, recentAvatars: ['a14', 'a3'] }, shown('a14')), 'Avatar');
    expect(actions(items).map(({ id }) => id)).toEqual(
      ['a14', 'a3', 'a0', 'a1', 'a2', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'a10'].map((id) => `avatar:${id}`),
    );
    expect(actions(items).filter(({ check }) => check?.on)).toMatchObject([
      { id: 'avatar:a14', check: { radio: true } },
    ]);
    expect(labels(items)).toEqual(['3 more in the studio']);
  });

  test('the shown one is always there, also when it is not in the library', () => {
    const old = actions(menu(state({ avatars, recentAvatars: [] }, shown('a14')), 'Avatar').items);
    expect(old).toHaveLength(12);
    expect(old.at(-1)).toMatchObject({ id: 'avatar:a14', check: { on: true } });
    const guest = actions(menu(state({ recentAvatars: [] }, shown('guest')), 'Avatar').items);
    expect(guest).toMatchObject([
      { id: 'avatar:guest', check: { on: true } },
      { id: 'avatar:vida', check: { on: false } },
    ]);
  });
});

test('scenes: one of several, with the shortcut that works everywhere', () => {
  const scenes = Array.from({ length: MAX_SCENES }, (_, index) => ({
    ...FIRST_SCENE,
    id: `s${index}`,
    name: `Scene ${index}`,
  }));
  const bindings: TrayState['bindings'] = SHORTCUT_ACTIONS.map((action) => ({
    action,
    accelerator: DEFAULT_SETTINGS.shortcuts[action],
    scope: action === 'scene-2' ? 'window' : 'global',
    problem: null,
  }));
  const scene = { ...studioState().scene, id: 's1' };
  const items = actions(menu(state({ bindings }, { scene }, { scenes }), 'Scene').items);
  expect(items).toHaveLength(MAX_SCENES);
  expect(items.filter(({ check }) => check?.on).map(({ id }) => id)).toEqual(['scene:s1']);
  expect(items.slice(0, 3).map(({ accelerator }) => accelerator)).toEqual([
    'Mod+Shift+1',
    null,
    'Mod+Shift+3',
  ]);
  expect(items.slice(8).map(({ accelerator }) => accelerator)).toEqual([
    'Mod+Shift+9',
    ...Array(15).fill(null),
  ]);
  expect(find(state({ bindings }), 'panic-on')?.accelerator).toBe('Mod+Shift+X');
});

test('hostile names stay one short line and are nothing but text', () => {
  const name = `{{state}} $& \u202ereversed\nline ${'x'.repeat(100)}`;
  const destinations = [destination('Main', { name, isDefault: true })];
  const stream = onAir({ Main: 'failed' });
  const live = { ...stream, destinations: stream.destinations.map((each) => ({ ...each, name })) };
  const model = trayModel(state({ destinations, stream: live, avatars: [avatar('vida', name)] }));
  const [, trouble] = labels(model.items);
  expect(trouble).toBe(`Failed: ${oneLine(name)}`);
  expect(oneLine(name)).toBe('{{state}} $& reversed line xxxxxxxxxxxx…');
  expect([...oneLine('🦊'.repeat(80))]).toHaveLength(40);
});

test('whatever the state: every text is filled in, every id is understood, none twice', () => {
  for (const each of DESTINATION_STATES) {
    for (const phase of ['idle', 'starting', 'live', 'stopping'] as const) {
      const stream = { ...onAir({ Main: each, Second: 'live' }), phase };
      const model = trayModel(state({ stream, avatars: [avatar('a'), avatar('b:c\nd')] }));
      expect(JSON.stringify(model)).not.toMatch(/\{\{|tray\.|state\.|undefined/);
      const ids = allActions(model.items).map(({ id }) => id);
      expect(ids.filter((id) => parseTrayAction(id) === null)).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
    }
  }
  expect(parseTrayAction('avatar:b:c\nd')).toEqual({ kind: 'avatar', id: 'b:c\nd' });
  for (const id of ['', 'panic', 'avatar:', 'quit ', 'destroy:1']) expect(parseTrayAction(id)).toBeNull();
});

test('a menu that may be open changes once a minute, the tooltip once a second', () => {
  const at = (seconds: number) => trayModel(state({ stream: onAir({ Main: 'live' }, seconds) }));
  const line = (seconds: number) => labels(at(seconds).items)[0];
  expect([0, 59.9, 60, 3599, 3600, 7500].map(line)).toEqual(
    ['less than a minute', 'less than a minute', '1 min', '59 min', '1 h 0 min', '2 h 5 min'].map(
      (text) => `Live · ${text}`,
    ),
  );
  expect(at(61).items).toEqual(at(119).items);
  expect(at(61).tooltip).not.toBe(at(62).tooltip);
});

test('elapsed time', () => {
  expect([0, 59.9, 3600, 359_999, 360_000, -3].map(elapsedText)).toEqual([
    '00:00:00',
    '00:00:59',
    '01:00:00',
    '99:59:59',
    '100:00:00',
    '00:00:00',
  ]);
});
