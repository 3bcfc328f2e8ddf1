import { desktopText as t } from '../../../shared/desktop-texts.ts';
import { type DestinationCheck, isTicked } from '../../../shared/domain/destination-choice.ts';
import type { ShortcutAction } from '../../../shared/domain/shortcuts.ts';
import type { DestinationStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { describeReason } from '../../../shared/errors.ts';
import type { ShortcutsSnapshot } from '../../../shared/ipc/desktop.ts';
import type { Destination } from '../../../shared/ipc/destinations.ts';
import type { LibrarySnapshot } from '../../../shared/ipc/library.ts';
import type { TrayItem, TrayModel } from '../../host/port.ts';
import { sceneActionAt } from './actions.ts';

/** Everything the tray shows. */
export interface TrayState {
  readonly studio: StudioSnapshot;
  readonly stream: StreamSnapshot;
  readonly destinations: readonly Destination[];
  readonly avatars: LibrarySnapshot['avatars'];
  /** Avatars shown in this run, the last one first. */
  readonly recentAvatars: readonly string[];
  /** Whether going live is possible right now. */
  readonly check: DestinationCheck;
  readonly bindings: ShortcutsSnapshot['bindings'];
}

const MAX_AVATARS = 12;
const MAX_NAME = 40;
/** Windows shows no more of it. */
const MAX_TOOLTIP = 120;

type Check = Extract<TrayItem, { kind: 'action' }>['check'];
const SEPARATOR: TrayItem = { kind: 'separator' };

/** Icon, tooltip and menu of the tray. Pure; ids of the items are understood by `parseTrayAction`. */
export function trayModel(state: TrayState): TrayModel {
  const seconds = state.stream.elapsedSeconds;
  const accelerator = (action: ShortcutAction) =>
    state.bindings.find((binding) => binding.action === action && binding.scope === 'global')?.accelerator ??
    null;
  const { panic, muted, tracking } = state.studio;
  return {
    icon: iconOf(state.stream),
    tooltip: cut(
      t('tray.tooltip', { app: t('app'), state: statusText(state.stream, elapsedText(seconds)) }),
      MAX_TOOLTIP,
    ),
    items: [
      // To the minute: a menu that is open closes when another one takes its place.
      label(statusText(state.stream, roughElapsedText(seconds))),
      ...troubleOf(state.stream).map(label),
      ...(isOnAir(state.stream) && state.stream.card ? [label(t('tray.status.card'))] : []),
      ...(panic ? [label(t('tray.status.panic'))] : []),
      SEPARATOR,
      ...liveItems(state, accelerator('go-live')),
      action(panic ? 'panic-off' : 'panic-on', t(panic ? 'tray.panicOff' : 'tray.panic'), {
        accelerator: accelerator('panic'),
      }),
      action(muted ? 'mute-off' : 'mute-on', t(muted ? 'tray.unmute' : 'tray.mute'), {
        accelerator: accelerator('mute'),
      }),
      action('recentre', t('tray.recentre'), {
        enabled: tracking.source !== 'none',
        accelerator: accelerator('recentre'),
      }),
      SEPARATOR,
      { kind: 'menu', label: t('tray.destinations'), items: destinationItems(state) },
      { kind: 'menu', label: t('tray.avatar'), items: avatarItems(state) },
      { kind: 'menu', label: t('tray.scene'), items: sceneItems(state, accelerator) },
      SEPARATOR,
      action('open', t('tray.open')),
      action('quit', t('tray.quit')),
    ],
  };
}

/** A broadcast that other people see, or are about to. */
export function isOnAir({ phase, kind }: StreamSnapshot): boolean {
  return kind === 'broadcast' && (phase === 'starting' || phase === 'live');
}

/** `HH:MM:SS`. */
export function elapsedText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

function roughElapsedText(seconds: number): string {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  if (minutes < 1) return t('tray.elapsed.begun');
  if (minutes < 60) return t('tray.elapsed.minutes', { minutes });
  return t('tray.elapsed.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** One line of a menu or question: names come from people and files. */
export function oneLine(name: string): string {
  return cut(name.replaceAll(/[\s\u202a-\u202e\u2066-\u2069]+/g, ' ').trim(), MAX_NAME);
}

function cut(text: string, length: number): string {
  const letters = [...text];
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : text;
}

function iconOf(stream: StreamSnapshot): TrayModel['icon'] {
  if (stream.kind === 'rehearsal') return 'idle';
  const has = (state: DestinationStatus['state']) => stream.destinations.some((each) => each.state === state);
  switch (stream.phase) {
    case 'idle':
      return stream.reason === null ? 'idle' : 'error';
    case 'starting':
      return 'reconnecting';
    case 'live':
      if (has('failed')) return 'error';
      return stream.card || has('reconnecting') ? 'reconnecting' : 'live';
    case 'stopping':
      return 'live';
  }
}

function statusText(stream: StreamSnapshot, elapsed: string): string {
  if (stream.kind === 'rehearsal') {
    return t(stream.phase === 'idle' ? 'tray.status.offline' : 'tray.status.rehearsal');
  }
  switch (stream.phase) {
    case 'idle':
      return stream.reason === null
        ? t('tray.status.offline')
        : t('tray.status.ended', { what: describeReason(stream.reason).what });
    case 'starting':
      return t('tray.status.starting');
    case 'live': {
      const arrives = stream.destinations.some((each) => each.state === 'live');
      return t(arrives ? 'tray.status.live' : 'tray.status.reconnecting', { elapsed });
    }
    case 'stopping':
      return t('tray.status.stopping');
  }
}

/** Destinations that viewers cannot watch right now. */
function troubleOf(stream: StreamSnapshot): string[] {
  if (!isOnAir(stream)) return [];
  return stream.destinations
    .filter(({ state }) => state === 'failed' || state === 'reconnecting')
    .map(({ state, name }) =>
      t('tray.status.destination', { state: t(`state.${state}`), name: oneLine(name) }),
    );
}

function liveItems(state: TrayState, accelerator: string | null): TrayItem[] {
  const { stream, studio, check } = state;
  if (isOnAir(stream)) {
    return [action('stop', t(stream.phase === 'live' ? 'tray.stop' : 'tray.cancelStart'), { accelerator })];
  }
  const asks = !studio.settings.skipConfirm;
  const enabled = check.ok && (stream.kind === 'rehearsal' || stream.phase === 'idle');
  const goLive = action('go-live', t(asks ? 'tray.goLiveAsking' : 'tray.goLive'), { enabled, accelerator });
  return check.ok ? [goLive] : [goLive, label(blockedText(check))];
}

/** What is to be done before going live is possible. */
export function blockedText(check: Extract<DestinationCheck, { ok: false }>): string {
  return t(`blocked.${check.why}`, { name: oneLine(check.name) });
}

function destinationItems({ destinations, stream, studio }: TrayState): TrayItem[] {
  if (destinations.length === 0) return [label(t('tray.noDestinations'))];
  const isBroadcast = stream.kind === 'broadcast' && stream.phase !== 'idle';
  return destinations.map((destination) => {
    const status = isBroadcast ? stream.destinations.find(({ id }) => id === destination.id) : undefined;
    const state = status ? t(`state.${status.state}`) : destination.hasKey ? null : t('tray.noKey');
    const name = oneLine(destination.name);
    const on = isBroadcast
      ? status !== undefined
      : isTicked(destination, destinations, studio.settings.ticks);
    return action(
      `destination:${destination.id}`,
      state === null ? name : t('tray.destinationWithState', { name, state }),
      { enabled: !isBroadcast, check: { on, radio: false } },
    );
  });
}

function avatarItems({ avatars, recentAvatars, studio }: TrayState): TrayItem[] {
  const shown = studio.avatar;
  const known: readonly { id: string; name: string }[] = avatars.some(({ id }) => id === shown.id)
    ? avatars
    : [shown, ...avatars];
  const rank = ({ id }: { id: string }) => {
    const at = recentAvatars.indexOf(id);
    return at < 0 ? recentAvatars.length : at;
  };
  const sorted = known.toSorted((a, b) => rank(a) - rank(b));
  const at = sorted.findIndex(({ id }) => id === shown.id);
  // The shown one is always among those that are listed.
  if (at >= MAX_AVATARS) sorted.splice(MAX_AVATARS - 1, 0, ...sorted.splice(at, 1));
  const more = sorted.length - MAX_AVATARS;
  return [
    ...sorted
      .slice(0, MAX_AVATARS)
      .map(({ id, name }) =>
        action(`avatar:${id}`, oneLine(name), { check: { on: id === shown.id, radio: true } }),
      ),
    ...(more > 0 ? [label(t('tray.moreAvatars', { count: more }))] : []),
  ];
}

function sceneItems(
  { studio }: TrayState,
  accelerator: (action: ShortcutAction) => string | null,
): TrayItem[] {
  return studio.settings.scenes.map(({ id, name }, index) => {
    const shortcut = sceneActionAt(index);
    return action(`scene:${id}`, oneLine(name), {
      check: { on: id === studio.scene.id, radio: true },
      accelerator: shortcut && accelerator(shortcut),
    });
  });
}

function label(text: string): TrayItem {
  return { kind: 'label', label: text };
}

function action(
  id: string,
  text: string,
  {
    enabled = true,
    check = null,
    accelerator = null,
  }: { enabled?: boolean; check?: Check; accelerator?: string | null } = {},
): TrayItem {
  return { kind: 'action', id, label: text, enabled, check, accelerator };
}
