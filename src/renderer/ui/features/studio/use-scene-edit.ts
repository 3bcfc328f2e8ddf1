import { useCallback } from 'react';
import type { Scene } from '../../../../shared/domain/scene.ts';
import { scenesSave } from '../../../../shared/ipc/scenes.ts';
import { shownScene } from '../../../state/scene-edit.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { useCommand } from '../../use-command.ts';

/** The shown scene for rendering; null until main has said it. */
export function useShownScene(): Scene | null {
  return useSnapshots((state) => shownScene(state.studio));
}

/** Changes parts of the scene that is shown at the moment of the call; a refusal becomes a notice. */
export function useSceneEdit(): (part: Partial<Omit<Scene, 'id'>>) => Promise<Scene | null> {
  const run = useCommand();
  return useCallback(
    async (part) => {
      const scene = shownScene(useSnapshots.getState().studio);
      return scene && run(scenesSave, { ...scene, ...part });
    },
    [run],
  );
}
