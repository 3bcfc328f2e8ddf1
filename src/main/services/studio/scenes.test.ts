import { expect, test } from 'vitest';
import { DEFAULT_SCENES, FIRST_SCENE, MAX_SCENES } from '../../../shared/domain/scene.ts';
import { inOrder, type SceneList, selecting, shownScene, withoutScene, withScene } from './scenes.ts';

const list: SceneList = { scenes: DEFAULT_SCENES, sceneId: 'scene-2' };

test('a scene without an id is added, one with an id is changed in its place', () => {
  const { id: _, ...fresh } = FIRST_SCENE;
  const added = withScene(list, { ...fresh, name: 'New' }, () => 'new');
  expect(added.list.scenes.map((scene) => scene.id)).toEqual(['scene-1', 'scene-2', 'scene-3', 'new']);
  const changed = withScene(list, { ...FIRST_SCENE, name: 'Other' });
  expect(changed.list.scenes.map((scene) => scene.name)).toEqual(['Other', 'With my screen', 'Break']);
  expect(() => withScene(list, { ...FIRST_SCENE, id: 'gone' })).toThrow('scene.not-found');
});

test('there is an end to adding', () => {
  const full = {
    ...list,
    scenes: Array.from({ length: MAX_SCENES }, (_, at) => ({ ...FIRST_SCENE, id: `${at}` })),
  };
  const { id: _, ...fresh } = FIRST_SCENE;
  expect(() => withScene(full, fresh)).toThrow('scene.too-many');
});

test('removing the shown scene shows its neighbour, and the last one stays', () => {
  expect(withoutScene(list, 'scene-2')).toMatchObject({ sceneId: 'scene-3' });
  expect(withoutScene({ ...list, sceneId: 'scene-3' }, 'scene-3')).toMatchObject({ sceneId: 'scene-2' });
  expect(withoutScene(list, 'scene-1')).toMatchObject({ sceneId: 'scene-2' });
  expect(() => withoutScene({ scenes: [FIRST_SCENE], sceneId: 'scene-1' }, 'scene-1')).toThrow('scene.last');
  expect(() => withoutScene(list, 'gone')).toThrow('scene.not-found');
});

test('an order names every scene once', () => {
  expect(inOrder(list, ['scene-3', 'scene-1', 'scene-2']).scenes.map(({ id }) => id)).toEqual([
    'scene-3',
    'scene-1',
    'scene-2',
  ]);
  for (const ids of [['scene-1'], ['scene-1', 'scene-1', 'scene-2'], ['scene-1', 'scene-2', 'gone'], []]) {
    expect(() => inOrder(list, ids)).toThrow('scene.not-found');
  }
});

test('what is shown is found, whatever was stored', () => {
  expect(shownScene(selecting(list, 'scene-3')).id).toBe('scene-3');
  expect(shownScene({ ...list, sceneId: 'gone' }).id).toBe('scene-1');
});
