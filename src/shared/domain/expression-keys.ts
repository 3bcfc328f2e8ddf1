import type { ExpressionSlot } from './expressions.ts';
import { SHORTCUT_ACTIONS, type ShortcutAction, type ShortcutMap } from './shortcuts.ts';

/** A key of expressions, with what it puts on. */
export interface ExpressionKey {
  readonly accelerator: string;
  /** Several expressions may be on one key. */
  readonly ids: readonly string[];
  /** The studio's own shortcut that has this key, and keeps it: the expressions do not get it. */
  readonly conflict: ShortcutAction | null;
}

/** The keys of an avatar's expressions, in the order of the list. */
export function expressionKeys(
  slots: readonly ExpressionSlot[],
  shortcuts: ShortcutMap,
): readonly ExpressionKey[] {
  const ids = new Map<string, string[]>();
  for (const { id, trigger } of slots) {
    if (trigger.key === null) continue;
    const known = ids.get(trigger.key);
    if (known) known.push(id);
    else ids.set(trigger.key, [id]);
  }
  return [...ids].map(([accelerator, of]) => ({
    accelerator,
    ids: of,
    conflict: SHORTCUT_ACTIONS.find((action) => shortcuts[action] === accelerator) ?? null,
  }));
}

/** The expressions that a key press in the window means; none for a key that the studio has. */
export function expressionsOnKey(
  accelerator: string,
  slots: readonly ExpressionSlot[],
  shortcuts: ShortcutMap,
): readonly string[] {
  const key = expressionKeys(slots, shortcuts).find((each) => each.accelerator === accelerator);
  return key && key.conflict === null ? key.ids : [];
}

/**
 * What a press means of which no release will be heard (a global shortcut): whether the key goes down, in order. One
 * that is to be held is held from one press to the next.
 * @param held ids of those that are held in this way; changed here
 */
export function pressWithoutRelease(slot: ExpressionSlot, held: Set<string>): readonly boolean[] {
  if (slot.trigger.mode !== 'hold') return [true, false];
  if (held.delete(slot.id)) return [false];
  held.add(slot.id);
  return [true];
}
