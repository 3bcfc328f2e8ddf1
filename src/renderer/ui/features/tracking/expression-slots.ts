import { MAX_EXPRESSIONS } from '../../../../shared/domain/avatar-pose.ts';
import type { ExpressionMap, ExpressionSlot } from '../../../../shared/domain/expressions.ts';
import {
  SHORTCUT_ACTIONS,
  type ShortcutAction,
  type ShortcutMap,
} from '../../../../shared/domain/shortcuts.ts';

/** As an expression begins: on a key that is still to be chosen, on until it is pressed again. */
export function newSlot(name: string, taken: readonly ExpressionSlot[]): ExpressionSlot {
  const ids = new Set(taken.map(({ id }) => id));
  let id = name.slice(0, 56);
  for (let number = 2; ids.has(id); number++) id = `${name.slice(0, 56)} ${number}`;
  return {
    id,
    name,
    trigger: { key: null, gesture: null, mode: 'toggle' },
    weight: 1,
    fadeInMs: 150,
    fadeOutMs: 250,
    holdMs: 2000,
    stacking: 'replace',
    mutes: { eyes: false, mouth: false },
  };
}

export function isFull(slots: readonly ExpressionSlot[]): boolean {
  return slots.length >= MAX_EXPRESSIONS;
}

/** The map with the slots of one avatar replaced; an avatar without any is left out. */
export function withSlots(
  map: ExpressionMap,
  avatarId: string,
  slots: readonly ExpressionSlot[],
): ExpressionMap {
  const next = { ...map };
  if (slots.length > 0) next[avatarId] = [...slots];
  else delete next[avatarId];
  return next;
}

interface SameKeys {
  readonly slots: readonly string[];
  readonly actions: readonly ShortcutAction[];
}

/** What else has the keys of a slot: other expressions by name, and the studio's own actions, which win. */
export function sameKeys(
  slot: ExpressionSlot,
  slots: readonly ExpressionSlot[],
  shortcuts: ShortcutMap,
): SameKeys {
  const { key } = slot.trigger;
  if (key === null) return { slots: [], actions: [] };
  return {
    slots: slots.filter((other) => other.id !== slot.id && other.trigger.key === key).map(({ name }) => name),
    actions: SHORTCUT_ACTIONS.filter((action) => shortcuts[action] === key),
  };
}
