import { describe, expect, test } from 'vitest';
import { FULL_QUALITY } from '../../shared/domain/governor.ts';
import { FIRST_SCENE } from '../../shared/domain/scene.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../shared/domain/studio.ts';
import { planTracking } from './tracking-plan.ts';

const CAMERA: Extract<StudioSnapshot['tracking'], { source: 'camera' }> = {
  source: 'camera',
  modelUrl: '/face',
  poseModelUrl: '/pose',
  handsModelUrl: '/hands',
  wasmUrl: '/wasm',
};

function snapshot(change: Partial<StudioSnapshot> = {}, fps = 30): StudioSnapshot {
  return {
    mode: 'studio',
    settings: {
      ...DEFAULT_SETTINGS,
      picture: { ...DEFAULT_SETTINGS.picture, fps },
      tracking: { ...DEFAULT_SETTINGS.tracking, parts: { body: 'upper', hands: true, gaze: true } },
    },
    avatar: { id: 'vida', name: 'Vida', url: '/v', family: 'vrm1', wantsThumbnail: false },
    scene: { ...FIRST_SCENE, turn: 1, background: { kind: 'transparent' }, overlay: null },
    tracking: CAMERA,
    broadcast: null,
    panic: false,
    muted: false,
    secondSourceUrl: null,
    allowed: { body: true, hands: true },
    poseWanted: false,
    contactSheet: null,
    ...change,
  };
}

describe('what is tracked', () => {
  test('every part at a rate of its own, never more often than the programme has use for', () => {
    const plan = planTracking(snapshot());
    expect(plan.face).toEqual({ fps: 30, modelUrl: '/face' });
    expect(plan.pose).toEqual({ fps: 15, modelUrl: '/pose' });
    expect(plan.hands).toEqual({ fps: 20, modelUrl: '/hands' });
    expect(plan.faces?.fps).toBe(0.2);
    const slow = planTracking(snapshot({}, 5));
    expect([slow.face?.fps, slow.pose?.fps, slow.hands?.fps]).toEqual([10, 10, 10]);
  });

  test('by default only the face', () => {
    const { face, pose, hands } = planTracking(snapshot({ settings: DEFAULT_SETTINGS }));
    expect(face).not.toBeNull();
    expect([pose, hands]).toEqual([null, null]);
  });

  test.each<[string, Partial<StudioSnapshot>, boolean, boolean]>([
    ['the plan of the account allows no body', { allowed: { body: false, hands: true } }, false, true],
    ['it allows no hands', { allowed: { body: true, hands: false } }, true, false],
    ['a model is missing', { tracking: { ...CAMERA, poseModelUrl: null } }, false, true],
    ['the scene hides the avatar', { scene: hidden() }, false, false],
  ])('%s', (_, change, pose, hands) => {
    const plan = planTracking(snapshot(change));
    expect([plan.face !== null, plan.pose !== null, plan.hands !== null]).toEqual([true, pose, hands]);
  });

  test('without a camera nothing is looked for', () => {
    for (const tracking of [
      { source: 'none' },
      { source: 'recorded', performanceUrl: '/p', clipUrl: '/c', motionUrl: '' },
    ] as const) {
      expect(Object.values(planTracking(snapshot({ tracking })))).toEqual([null, null, null, null]);
    }
  });

  test('the governor takes rates and parts, each by its own lever', () => {
    const at = (change: Partial<typeof FULL_QUALITY>) =>
      planTracking(snapshot(), { ...FULL_QUALITY, ...change });
    expect(at({ hands: 1 }).hands?.fps).toBe(10);
    expect(at({ hands: 1 }).pose?.fps).toBe(15);
    expect(at({ hands: 2 }).hands).toBeNull();
    expect(at({ pose: 1 }).pose?.fps).toBe(7.5);
    expect(at({ pose: 2 }).pose).toBeNull();
    expect(at({ 'tracking-rate': 1 }).face?.fps).toBe(20);
    expect(at({ 'tracking-rate': 2 }).face?.fps).toBe(15);
  });
});

function hidden(): StudioSnapshot['scene'] {
  const { scene } = snapshot();
  return { ...scene, avatar: { ...scene.avatar, shown: false } };
}
