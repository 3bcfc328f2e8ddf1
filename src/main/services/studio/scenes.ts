import { randomUUID } from 'node:crypto';
import { MAX_SCENES, type Scene } from '../../../shared/domain/scene.ts';
import { ReasonError } from '../../../shared/errors.ts';

/** The list of scenes and the one that is shown. */
export interface SceneList {
  readonly scenes: readonly Scene[];
  readonly sceneId: string;
}

export type SceneInput = Omit<Scene, 'id'> & { readonly id?: string | undefined };

/** The shown scene; a list never is empty. */
export function shownScene({ scenes, sceneId }: SceneList): Scene {
  return scenes.find((scene) => scene.id === sceneId) ?? scenes[0]!;
}

/** @throws ReasonError `scene.not-found`, `scene.too-many` */
export function withScene(
  list: SceneList,
  input: SceneInput,
  newId: () => string = randomUUID,
): { list: SceneList; scene: Scene } {
  if (input.id === undefined) {
    if (list.scenes.length >= MAX_SCENES) throw new ReasonError('scene.too-many');
    const scene = { ...input, id: newId() };
    return { list: { ...list, scenes: [...list.scenes, scene] }, scene };
  }
  const scene = { ...input, id: input.id };
  mustExist(list, scene.id);
  return {
    list: { ...list, scenes: list.scenes.map((each) => (each.id === scene.id ? scene : each)) },
    scene,
  };
}

/** Removing the shown scene shows the one after it, or the last. @throws ReasonError `scene.not-found`, `scene.last` */
export function withoutScene(list: SceneList, id: string): SceneList {
  mustExist(list, id);
  if (list.scenes.length === 1) throw new ReasonError('scene.last');
  const at = list.scenes.findIndex((scene) => scene.id === id);
  const scenes = list.scenes.filter((scene) => scene.id !== id);
  const sceneId = list.sceneId === id ? scenes[Math.min(at, scenes.length - 1)]!.id : list.sceneId;
  return { scenes, sceneId };
}

/** @throws ReasonError `scene.not-found` */
export function selecting(list: SceneList, id: string): SceneList {
  mustExist(list, id);
  return { ...list, sceneId: id };
}

/** @throws ReasonError `scene.not-found` when `ids` are not exactly the scenes there are */
export function inOrder(list: SceneList, ids: readonly string[]): SceneList {
  const scenes = ids.map((id) => list.scenes.find((scene) => scene.id === id));
  if (new Set(ids).size !== list.scenes.length || ids.length !== list.scenes.length) {
    throw new ReasonError('scene.not-found', 'the order names other scenes than there are');
  }
  return {
    ...list,
    scenes: scenes.map((scene) => {
      if (!scene) throw new ReasonError('scene.not-found', 'the order names other scenes than there are');
      return scene;
    }),
  };
}

function mustExist(list: SceneList, id: string): void {
  if (!list.scenes.some((scene) => scene.id === id)) throw new ReasonError('scene.not-found');
}
