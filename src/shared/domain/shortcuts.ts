import { z } from 'zod';

/** What a key can do, in the window and, where the system lets us, anywhere. */
export const SHORTCUT_ACTIONS = [
  'go-live',
  'panic',
  'mute',
  'recentre',
  'record',
  'save-replay',
  'talk',
  'scene-1',
  'scene-2',
  'scene-3',
  'scene-4',
  'scene-5',
  'scene-6',
  'scene-7',
  'scene-8',
  'scene-9',
] as const;
export type ShortcutAction = (typeof SHORTCUT_ACTIONS)[number];

/**
 * `Mod+Shift+X`: modifiers in the order Mod, Alt, Shift (Mod is Command on a Mac and Control elsewhere), then one
 * of A–Z, 0–9 or F1–F24. Function keys alone are allowed; everything else needs Mod or Alt, so that no text field
 * loses a letter.
 */
const ACCELERATOR =
  /^(?:(?:Mod\+Alt\+|Mod\+|Alt\+)(?:Shift\+)?(?:[A-Z0-9]|F(?:[1-9]|1\d|2[0-4]))|(?:Shift\+)?F(?:[1-9]|1\d|2[0-4]))$/;

export const acceleratorSchema = z.string().max(32).regex(ACCELERATOR);

export const shortcutMapSchema = z.record(z.enum(SHORTCUT_ACTIONS), acceleratorSchema.nullable());
export type ShortcutMap = Readonly<Record<ShortcutAction, string | null>>;

export const DEFAULT_SHORTCUTS: ShortcutMap = {
  'go-live': 'Mod+Shift+L',
  panic: 'Mod+Shift+X',
  mute: 'Mod+Shift+M',
  recentre: 'Mod+Shift+E',
  record: 'Mod+Alt+R',
  'save-replay': 'Mod+Alt+S',
  /** Held to talk in the window; pressed to switch where only presses are heard (global shortcuts). */
  talk: 'Mod+Alt+V',
  'scene-1': 'Mod+Shift+1',
  'scene-2': 'Mod+Shift+2',
  'scene-3': 'Mod+Shift+3',
  'scene-4': 'Mod+Shift+4',
  'scene-5': 'Mod+Shift+5',
  'scene-6': 'Mod+Shift+6',
  'scene-7': 'Mod+Shift+7',
  'scene-8': 'Mod+Shift+8',
  'scene-9': 'Mod+Shift+9',
};

/** Why a shortcut does not work: another program has it, another action here has it. */
export const SHORTCUT_PROBLEMS = ['taken', 'duplicate'] as const;

/** The part of a keyboard event that matters here. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * The accelerator that a key press stands for; null when it is none (a letter alone, a bare modifier). On layouts
 * without Latin letters, and for digits, the place of the key on the keyboard counts.
 */
export function acceleratorOf(press: KeyPress, isMac: boolean): string | null {
  // The other of the two main modifiers is never ours.
  if (isMac ? press.ctrlKey : press.metaKey) return null;
  const key = keyOf(press);
  if (key === null) return null;
  const text = [
    (isMac ? press.metaKey : press.ctrlKey) ? 'Mod+' : '',
    press.altKey ? 'Alt+' : '',
    press.shiftKey ? 'Shift+' : '',
    key,
  ].join('');
  return ACCELERATOR.test(text) ? text : null;
}

function keyOf({ key, code }: KeyPress): string | null {
  const letter = key.toUpperCase();
  if (/^[A-Z]$/.test(letter)) return letter;
  if (/^F(?:[1-9]|1\d|2[0-4])$/.test(key)) return key;
  return /^(?:Key([A-Z])|Digit(\d))$/.exec(code)?.slice(1).find(Boolean) ?? null;
}

/** As Electron's global shortcuts and menus write it. */
export function toElectronAccelerator(accelerator: string): string {
  return accelerator.replace('Mod', 'CommandOrControl');
}

/** As it is written on the user's keyboard. */
export function acceleratorText(accelerator: string, isMac: boolean): string {
  if (!isMac) return accelerator.replace('Mod', 'Ctrl');
  return accelerator.replace('Mod+', '⌘').replace('Alt+', '⌥').replace('Shift+', '⇧');
}

/** For `aria-keyshortcuts`. */
export function acceleratorAria(accelerator: string, isMac: boolean): string {
  return accelerator.replace('Mod', isMac ? 'Meta' : 'Control');
}

/** Actions whose accelerator an earlier action of the list has already. */
export function duplicateShortcuts(map: ShortcutMap): ReadonlySet<ShortcutAction> {
  const seen = new Set<string>();
  const duplicates = new Set<ShortcutAction>();
  for (const action of SHORTCUT_ACTIONS) {
    const accelerator = map[action];
    if (accelerator === null) continue;
    if (seen.has(accelerator)) duplicates.add(action);
    seen.add(accelerator);
  }
  return duplicates;
}
