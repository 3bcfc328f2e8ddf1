import { useEffect, useRef } from 'react';
import { expressionsOnKey, pressWithoutRelease } from '../../../../shared/domain/expression-keys.ts';
import type { ExpressionSlot } from '../../../../shared/domain/expressions.ts';
import { acceleratorOf, DEFAULT_SHORTCUTS } from '../../../../shared/domain/shortcuts.ts';
import { expressionPressed } from '../../../../shared/ipc/desktop.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { isMac, RECORDS_SHORTCUTS } from '../../shortcuts.ts';
import { useStudio } from '../../studio-context.ts';
import { type TrackingPort, useTrackingPort } from './tracking-port.ts';

const NO_SLOTS: readonly ExpressionSlot[] = [];

/** The expressions of the shown avatar that are on keys or gestures. */
export function useSlots(): readonly ExpressionSlot[] {
  return useSnapshots(({ studio }) =>
    studio ? (studio.settings.expressions[studio.settings.avatarId] ?? NO_SLOTS) : NO_SLOTS,
  );
}

/** Keys put expressions on, wherever the user is: in the window by its own keys, in other programs by the system's. */
export function useExpressionKeys(): void {
  const port = useTrackingPort();
  const { client } = useStudio();
  const slots = useRef<readonly ExpressionSlot[]>(NO_SLOTS);
  slots.current = useSlots();
  useEffect(() => listenInWindow(port, () => slots.current), [port]);
  useEffect(() => {
    const held = new Set<string>();
    return client.on(expressionPressed, ({ id }) => {
      // What is held on another avatar, or was taken from its key, is held no longer.
      for (const each of held) if (!slots.current.some((slot) => slot.id === each)) held.delete(each);
      const slot = slots.current.find((each) => each.id === id);
      if (!slot) return;
      for (const down of pressWithoutRelease(slot, held)) port.pressExpression(id, down);
    });
  }, [client, port]);
}

/** @returns ends it */
function listenInWindow(port: TrackingPort, slots: () => readonly ExpressionSlot[]): () => void {
  /** Key by its place → the expressions that it holds. */
  const held = new Map<string, readonly string[]>();
  const release = (code: string) => {
    for (const id of held.get(code) ?? []) port.pressExpression(id, false);
    held.delete(code);
  };
  const releaseAll = () => {
    for (const code of [...held.keys()]) release(code);
  };
  const down = (event: KeyboardEvent) => {
    if (event.target instanceof Element && event.target.closest(`[${RECORDS_SHORTCUTS}]`)) return;
    const accelerator = acceleratorOf(event, isMac);
    if (accelerator === null) return;
    const { studio, shortcuts } = useSnapshots.getState();
    const ids = expressionsOnKey(accelerator, slots(), studio?.settings.shortcuts ?? DEFAULT_SHORTCUTS);
    if (ids.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    // Main hears it as well, and tells of it.
    const isGlobal = shortcuts?.expressions.some(
      (each) => each.accelerator === accelerator && each.scope === 'global',
    );
    if (isGlobal || event.repeat || held.has(event.code)) return;
    held.set(event.code, ids);
    for (const id of ids) port.pressExpression(id, true);
  };
  // A Mac does not tell of keys that are let go while Command is held, so a modifier ends it as well.
  const up = (event: KeyboardEvent) => {
    if (event.key === 'Meta') releaseAll();
    else release(event.code);
  };
  window.addEventListener('keydown', down, { capture: true });
  window.addEventListener('keyup', up, { capture: true });
  window.addEventListener('blur', releaseAll);
  return () => {
    releaseAll();
    window.removeEventListener('keydown', down, { capture: true });
    window.removeEventListener('keyup', up, { capture: true });
    window.removeEventListener('blur', releaseAll);
  };
}
