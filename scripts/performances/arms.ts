import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DetectedBody, Grade, StageOptions } from '../presets/harness/protocol.ts';
import { eyeLineOf } from '../presets/model/toon/proportions.ts';
import { VIDA } from '../presets/model/toon/vida.ts';
import { avatarFile, say, WEBCAM, withHarness } from '../presets/step-kit.ts';
import { ARM_POSES, type BodyPose, gesturesOf, HAND_POSES, rotationsOf } from './arm-poses.ts';
import { PERFORMANCES, store } from './store.ts';

const ARMS = 'arms.json';

/** A pose is shown for a fifth of a second, so that the landmarkers' own smoothing has come to rest. */
const HELD = 6;
const GRADE: Grade = { exposure: 1, noise: 3, seed: 11 };

const EYES = eyeLineOf(VIDA);

const before = (height: number, distance: number): StageOptions => ({
  ...WEBCAM,
  camera: [0, height, distance],
  target: [0, height, 0],
  colour: '#8a8f96',
});

/** How much of the figure the camera sees. */
export const FRAMINGS = ['upper', 'full', 'hands'] as const;
export type Framing = (typeof FRAMINGS)[number];

const SETS: Readonly<Record<Framing, { stage: StageOptions; poses: readonly BodyPose[] }>> = {
  upper: { stage: before(EYES - 0.17, 0.9), poses: ARM_POSES },
  full: { stage: before(EYES * 0.56, 1.75), poses: ARM_POSES },
  hands: { stage: before(EYES - 0.12, 0.65), poses: HAND_POSES },
};

const round = (values: readonly number[]): number[] => values.map((v) => Number(v.toFixed(6)));

const LEFT_WRIST = 15;
const RIGHT_WRIST = 16;

/** Whose hand it is by the nearer wrist of the body: the landmarker's own word errs on smooth palms. */
const sideOf = (hand: DetectedBody['hands'][number], body: DetectedBody): 'left' | 'right' => {
  const away = (wrist: number): number =>
    Math.hypot(
      (hand.points[0] ?? 0) - (body.points[wrist * 3] ?? 0),
      (hand.points[1] ?? 0) - (body.points[wrist * 3 + 1] ?? 0),
    );
  return away(LEFT_WRIST) < away(RIGHT_WRIST) ? 'left' : 'right';
};

/**
 * Shows our own avatar in known poses to the landmarkers of body and hands, and writes what they said beside the
 * rotations it was posed with. `picture` takes every picture that was shown.
 */
export const recordArms = async (
  framing: Framing,
  picture?: (name: string, png: Uint8Array) => void,
): Promise<void> => {
  const { stage, poses } = SETS[framing];
  const shots: unknown[] = [];
  await withHarness(async (h) => {
    await h.call('stage', h.offer('vida.vrm', readFileSync(avatarFile('vida', 'vrm'))), stage);
    for (const pose of poses) {
      const rotations = rotationsOf(pose);
      await h.call('trackBody');
      const detected = await h.call('measureBody', rotations, GRADE, HELD);
      shots.push({
        pose: pose.name,
        rotations: Object.fromEntries(Object.entries(rotations).map(([k, q]) => [k, round(q)])),
        gestures: gesturesOf(pose),
        detected: {
          ...detected,
          hands: detected.hands.map((hand) => ({ side: sideOf(hand, detected), ...hand })),
        },
      });
      const hands = detected.hands.map(
        (hand) => `${sideOf(hand, detected)} (said ${hand.handedness} ${hand.score.toFixed(2)})`,
      );
      say(
        `${framing} ${pose.name}: body ${detected.found ? 'found' : 'NOT FOUND'}, hands ${hands.join(', ')}`,
      );
      if (picture === undefined) continue;
      const url = await h.call('lastPicture');
      picture(`${framing}-${pose.name}`, Buffer.from(url.split(',')[1] ?? '', 'base64'));
    }
  });
  const file = join(PERFORMANCES, ARMS);
  const old: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  store(
    ARMS,
    JSON.stringify({
      avatar: 'vida.vrm',
      note: 'rotations: local quaternions x,y,z,w of the normalised T-pose, bones left out at rest; detected: MediaPipe full pose (33 points) and hands (21), x,y,z in a row, unmirrored picture; side: by the nearer wrist of the body',
      width: WEBCAM.width,
      height: WEBCAM.height,
      framings: { ...framingsOf(old), [framing]: shots },
    }),
  );
};

const framingsOf = (file: unknown): object =>
  typeof file === 'object' && file !== null && 'framings' in file && typeof file.framings === 'object'
    ? (file.framings ?? {})
    : {};
