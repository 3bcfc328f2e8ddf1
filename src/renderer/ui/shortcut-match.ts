import {
  acceleratorOf,
  type KeyPress,
  SHORTCUT_ACTIONS,
  type ShortcutAction,
  type ShortcutMap,
} from '../../shared/domain/shortcuts.ts';
import type { ShortcutsSnapshot } from '../../shared/ipc/desktop.ts';

/** What a key press means here: nothing, something main does already, or something the window has to do. */
export type ShortcutMatch =
  | { readonly kind: 'none' }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'here'; readonly action: ShortcutAction };

const NONE: ShortcutMatch = { kind: 'none' };
const ELSEWHERE: ShortcutMatch = { kind: 'elsewhere' };

/** The first action of the list that has the pressed accelerator; a later one with the same is a duplicate. Pure. */
export function matchShortcut(
  press: KeyPress,
  map: ShortcutMap,
  bindings: ShortcutsSnapshot['bindings'],
  isMac: boolean,
): ShortcutMatch {
  const accelerator = acceleratorOf(press, isMac);
  if (accelerator === null) return NONE;
  const action = SHORTCUT_ACTIONS.find((each) => map[each] === accelerator);
  if (!action) return NONE;
  const binding = bindings.find((each) => each.action === action);
  // What another program has was not registered, so the window still may act on it.
  if (binding?.scope === 'global' && binding.problem !== 'taken') return ELSEWHERE;
  return { kind: 'here', action };
}
