import type { Scene } from '../../shared/domain/scene.ts';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';

/** The scene that is shown, as the settings hold it; null while there is no snapshot. */
export function shownScene(studio: StudioSnapshot | null): Scene | null {
  if (!studio) return null;
  const { scenes, sceneId } = studio.settings;
  return scenes.find((scene) => scene.id === sceneId) ?? scenes[0] ?? null;
}
