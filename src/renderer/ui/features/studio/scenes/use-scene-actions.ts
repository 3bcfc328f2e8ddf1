import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Scene } from '../../../../../shared/domain/scene.ts';
import { scenesOrder, scenesRemove, scenesSave, scenesSelect } from '../../../../../shared/ipc/scenes.ts';
import { announce } from '../../../../state/notices.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { useCommand } from '../../../use-command.ts';
import { freeName, movedIds } from './scene-list.ts';

export interface SceneActions {
  select(scene: Scene): void;
  /** @returns the new scene, null when it was refused */
  add(draft: Omit<Scene, 'id'>): Promise<Scene | null>;
  duplicate(scene: Scene): void;
  rename(scene: Scene, name: string): void;
  /** By places in the list; less than zero is up. */
  move(scene: Scene, steps: number): void;
  remove(scene: Scene): void;
  save(scene: Scene): Promise<Scene | null>;
}

const scenesNow = (): readonly Scene[] => useSnapshots.getState().studio?.settings.scenes ?? [];

/** What can be done with scenes; refusals become notices, outcomes are spoken. */
export function useSceneActions(): SceneActions {
  const { t } = useTranslation();
  const run = useCommand();
  return useMemo(() => {
    const tell = (key: 'announceShown' | 'announceAdded' | 'announceRemoved', name: string) =>
      announce(t(`scenes.${key}`, { name }));
    const add = async (draft: Omit<Scene, 'id'>) => {
      const saved = await run(scenesSave, draft);
      if (saved) tell('announceAdded', saved.name);
      return saved;
    };
    return {
      add,
      save: (scene) => run(scenesSave, scene),
      select(scene) {
        void run(scenesSelect, { id: scene.id }).then((done) => done && tell('announceShown', scene.name));
      },
      duplicate({ id: _id, ...scene }) {
        void add({ ...scene, name: freeName(scene.name, scenesNow()) });
      },
      rename(scene, name) {
        if (name !== '' && name !== scene.name) void run(scenesSave, { ...scene, name });
      },
      move(scene, steps) {
        const before = scenesNow().map(({ id }) => id);
        const ids = movedIds(before, scene.id, steps);
        if (ids.join() === before.join()) return;
        void run(scenesOrder, { ids }).then((done) => {
          if (!done) return;
          const number = ids.indexOf(scene.id) + 1;
          announce(t('scenes.announceMoved', { name: scene.name, number, count: ids.length }));
        });
      },
      remove(scene) {
        void run(scenesRemove, { id: scene.id }).then((done) => done && tell('announceRemoved', scene.name));
      },
    };
  }, [t, run]);
}
