import { useEffect, useRef } from 'react';

/** All shortcuts of the studio: Ctrl+Shift (Cmd+Shift on a Mac) and one letter. */
export const SHORTCUTS = { panic: 'X', live: 'L', mute: 'M', recentre: 'E' } as const;
export type ShortcutName = keyof typeof SHORTCUTS;

const isMac = navigator.platform.startsWith('Mac');

/** The shortcut as it is written on this machine's keyboard. */
export function shortcutText(name: ShortcutName): string {
  return isMac ? `⌘⇧${SHORTCUTS[name]}` : `Ctrl+Shift+${SHORTCUTS[name]}`;
}

/** For `aria-keyshortcuts`. */
export function shortcutAria(name: ShortcutName): string {
  return `${isMac ? 'Meta' : 'Control'}+Shift+${SHORTCUTS[name]}`;
}

function letterOf(event: KeyboardEvent): string {
  const letter = event.key.toUpperCase();
  // A layout without Latin letters: the place of the key on the keyboard counts.
  return /^[A-Z]$/.test(letter) ? letter : event.code.replace(/^Key/, '');
}

/** Listens before everything else on the page, so that an open dialog cannot swallow the panic key. */
export function useShortcuts(actions: Record<ShortcutName, () => void>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!event.shiftKey || event.altKey || !(isMac ? event.metaKey : event.ctrlKey)) return;
      const letter = letterOf(event);
      for (const name of Object.keys(SHORTCUTS) as ShortcutName[]) {
        if (SHORTCUTS[name] !== letter) continue;
        event.preventDefault();
        event.stopPropagation();
        if (!event.repeat) latest.current[name]();
      }
    };
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, []);
}
