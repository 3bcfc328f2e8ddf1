import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { assertNever } from '../../shared/assert-never.ts';
import {
  acceleratorAria,
  acceleratorText,
  DEFAULT_SHORTCUTS,
  type ShortcutAction,
} from '../../shared/domain/shortcuts.ts';
import { desktopWants } from '../../shared/ipc/desktop.ts';
import { scenesSelect } from '../../shared/ipc/scenes.ts';
import { openDialog, useDialogs } from '../state/dialogs.ts';
import { announce } from '../state/notices.ts';
import { useSnapshots } from '../state/snapshots.ts';
import { useTalking } from '../state/talking.ts';
import { matchShortcut } from './shortcut-match.ts';
import { useStudio } from './studio-context.ts';
import { useCommand } from './use-command.ts';

export const isMac = navigator.platform.startsWith('Mac');

/** A field that takes key presses as they are carries this attribute: while it has the focus no shortcut acts. */
export const RECORDS_SHORTCUTS = 'data-records-shortcuts';

const useAccelerator = (action: ShortcutAction) =>
  useSnapshots((state) => (state.studio?.settings.shortcuts ?? DEFAULT_SHORTCUTS)[action]);

/** The shortcut as it is written on this machine's keyboard; empty when there is none. */
export function useShortcutText(action: ShortcutAction): string {
  const accelerator = useAccelerator(action);
  return accelerator === null ? '' : acceleratorText(accelerator, isMac);
}

/** For `aria-keyshortcuts`. */
export function useShortcutAria(action: ShortcutAction): string | undefined {
  const accelerator = useAccelerator(action);
  return accelerator === null ? undefined : acceleratorAria(accelerator, isMac);
}

/** A control's words with its shortcut, where it has one. */
export function useWithShortcut(label: string, action: ShortcutAction): string {
  const { t } = useTranslation();
  const keys = useShortcutText(action);
  return keys === '' ? label : t('common.shortcut', { label, keys });
}

/** What the studio's own shortcuts do; those of the scenes are the same everywhere. */
export type ShortcutActions = Readonly<
  Record<'go-live' | 'panic' | 'mute' | 'recentre' | 'record' | 'save-replay', () => void> & {
    /** Held, and no longer held. */
    talk: (on: boolean) => void;
  }
>;

const MODIFIERS = new Set(['Control', 'Meta', 'Alt', 'Shift']);

/** Listens before everything else on the page, so that an open dialog cannot swallow the panic key. */
export function useShortcuts(actions: ShortcutActions): void {
  const { t } = useTranslation();
  const run = useCommand();
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const selectScene = (index: number) => {
      const scene = useSnapshots.getState().studio?.settings.scenes[index];
      if (!scene) return;
      void run(scenesSelect, { id: scene.id }).then((done) => {
        if (done) announce(t('scenes.announceShown', { name: scene.name }));
      });
    };
    /** The key that talks, by its place on the keyboard. */
    let held: string | null = null;
    const release = () => {
      if (held === null) return;
      held = null;
      latest.current.talk(false);
    };
    const act = (action: ShortcutAction, code: string) => {
      switch (action) {
        case 'go-live':
        case 'panic':
        case 'mute':
        case 'recentre':
        case 'record':
        case 'save-replay':
          latest.current[action]();
          return;
        case 'talk':
          held = code;
          latest.current.talk(true);
          return;
        case 'scene-1':
        case 'scene-2':
        case 'scene-3':
        case 'scene-4':
        case 'scene-5':
        case 'scene-6':
        case 'scene-7':
        case 'scene-8':
        case 'scene-9':
          selectScene(Number(action.slice('scene-'.length)) - 1);
          return;
        default:
          assertNever(action);
      }
    };
    const listen = (event: KeyboardEvent) => {
      if (event.target instanceof Element && event.target.closest(`[${RECORDS_SHORTCUTS}]`)) return;
      const { studio, shortcuts } = useSnapshots.getState();
      const map = studio?.settings.shortcuts ?? DEFAULT_SHORTCUTS;
      const match = matchShortcut(event, map, shortcuts?.bindings ?? [], isMac);
      if (match.kind === 'none') return;
      event.preventDefault();
      event.stopPropagation();
      if (match.kind === 'here' && !event.repeat) act(match.action, event.code);
    };
    // A Mac does not tell of keys that are let go while Command is held, so any modifier ends it as well.
    const letGo = (event: KeyboardEvent) => {
      if (event.code === held || MODIFIERS.has(event.key)) release();
    };
    window.addEventListener('keydown', listen, { capture: true });
    window.addEventListener('keyup', letGo, { capture: true });
    window.addEventListener('blur', release);
    return () => {
      release();
      window.removeEventListener('keydown', listen, { capture: true });
      window.removeEventListener('keyup', letGo, { capture: true });
      window.removeEventListener('blur', release);
    };
  }, [run, t]);
}

/** Does what main asks of the page: the tray's, a link's and the system's wishes. */
export function useDesktopWants(actions: Pick<ShortcutActions, 'recentre' | 'talk'>): void {
  const { client } = useStudio();
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(
    () =>
      client.on(desktopWants, ({ what }) => {
        switch (what) {
          case 'recentre':
            latest.current.recentre();
            return;
          case 'toggle-talk':
            latest.current.talk(!useTalking.getState().talking);
            return;
          case 'show-settings':
            if (!useDialogs.getState().open) openDialog({ kind: 'settings', section: 'camera' });
            return;
          case 'show-rehearsal':
            if (!useDialogs.getState().open) openDialog({ kind: 'rehearsal' });
            return;
          case 'confirm-stop':
            openDialog({ kind: 'stop' });
            return;
          default:
            assertNever(what);
        }
      }),
    [client],
  );
}
