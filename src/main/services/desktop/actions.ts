import { SHORTCUT_ACTIONS, type ShortcutAction } from '../../../shared/domain/shortcuts.ts';

/** What an item of the tray does. Both ways of a switch are apart: a menu may be older than the state. */
export const PLAIN_ACTIONS = [
  'go-live',
  'stop',
  'panic-on',
  'panic-off',
  'mute-on',
  'mute-off',
  'recentre',
  'open',
  'quit',
] as const;

export type TrayAction =
  | { readonly kind: (typeof PLAIN_ACTIONS)[number] }
  | { readonly kind: 'destination' | 'avatar' | 'scene'; readonly id: string };

/** The action behind the id of a tray item; null when it is none of ours. */
export function parseTrayAction(id: string): TrayAction | null {
  const plain = PLAIN_ACTIONS.find((action) => action === id);
  if (plain) return { kind: plain };
  const match = /^(destination|avatar|scene):(.+)$/s.exec(id);
  return match ? { kind: match[1] as 'destination' | 'avatar' | 'scene', id: match[2]! } : null;
}

/** The shortcut of the scene at a place of the list; null past the last one that has a shortcut. */
export function sceneActionAt(index: number): ShortcutAction | null {
  return SHORTCUT_ACTIONS.find((action) => action === `scene-${index + 1}`) ?? null;
}

/** The place in the list of the scene that a shortcut chooses; null for a shortcut of something else. */
export function sceneIndexOf(action: ShortcutAction): number | null {
  const match = /^scene-([1-9])$/.exec(action);
  return match ? Number(match[1]) - 1 : null;
}
