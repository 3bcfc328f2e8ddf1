import { useCallback, useEffect, useRef, useState } from 'react';

/** A slider tells of every step; main is told of a few a second. */
const SAVE_AFTER_MS = 120;

/**
 * A value as it is being edited: a change is seen at once and saved a moment later, at the latest when the editor
 * goes. What main says in between wins unless something waits to be saved.
 */
export function useDraft<T>(
  saved: T,
  save: (value: T) => void,
): readonly [value: T, change: (value: T) => void] {
  const [draft, setDraft] = useState(saved);
  const waiting = useRef<{ readonly value: T; readonly timer: ReturnType<typeof setTimeout> } | null>(null);
  const latest = useRef(save);
  latest.current = save;

  const flush = useCallback(() => {
    if (!waiting.current) return;
    clearTimeout(waiting.current.timer);
    const { value } = waiting.current;
    waiting.current = null;
    latest.current(value);
  }, []);

  const change = useCallback(
    (value: T) => {
      if (waiting.current) clearTimeout(waiting.current.timer);
      waiting.current = { value, timer: setTimeout(flush, SAVE_AFTER_MS) };
      setDraft(value);
    },
    [flush],
  );

  useEffect(() => {
    if (!waiting.current) setDraft(saved);
  }, [saved]);
  useEffect(() => flush, [flush]);
  return [draft, change];
}
