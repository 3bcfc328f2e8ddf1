import { useCallback, useEffect, useRef, useState } from 'react';
import type { Scene } from '../../../../../shared/domain/scene.ts';
import { useSceneActions } from './use-scene-actions.ts';

/** A slider tells of every step; main and the picture are told of a few a second. */
const SAVE_AFTER_MS = 120;

export type SceneChange = (part: Partial<Omit<Scene, 'id'>>) => void;

/**
 * The scene as it is being edited: a change is seen at once and saved a moment later, at the latest when the
 * editor goes. What main says in between wins unless something waits to be saved.
 */
export function useSceneDraft(saved: Scene): readonly [Scene, SceneChange] {
  const { save } = useSceneActions();
  const [draft, setDraft] = useState(saved);
  const waiting = useRef<{ scene: Scene; timer: ReturnType<typeof setTimeout> } | null>(null);
  const latest = useRef(draft);
  latest.current = draft;

  const flush = useCallback(() => {
    if (!waiting.current) return;
    clearTimeout(waiting.current.timer);
    const { scene } = waiting.current;
    waiting.current = null;
    void save(scene);
  }, [save]);

  const change = useCallback<SceneChange>(
    (part) => {
      if (waiting.current) clearTimeout(waiting.current.timer);
      latest.current = { ...latest.current, ...part };
      waiting.current = { scene: latest.current, timer: setTimeout(flush, SAVE_AFTER_MS) };
      setDraft(latest.current);
    },
    [flush],
  );

  useEffect(() => {
    if (!waiting.current) setDraft(saved);
  }, [saved]);
  useEffect(() => flush, [flush]);
  return [draft, change];
}
