import { FULL_QUALITY, type GovernorState } from '../../shared/domain/governor.ts';
import { type StudioSnapshot, trackingFps } from '../../shared/domain/studio.ts';
import type { TrackerPart } from './tracker/part.ts';

/** Results a second at full quality: a body moves slower than a face, fingers faster than arms. */
const POSE_FPS = 15;
const HANDS_FPS = 20;
/** Others in the picture are counted every five seconds: each count costs as much as two pictures of the face. */
const FACES_FPS = 0.2;
/** What the lever `tracking-rate` leaves of the face's rate at each of its steps. */
const FACE_FPS_MAX = [30, 20, 15];

export interface PartPlan {
  /** Results a second. */
  readonly fps: number;
  readonly modelUrl: string;
}

/** What is tracked on the camera; null: that part is not. */
export type TrackingPlan = Readonly<Record<TrackerPart, PartPlan | null>>;

const NOTHING: TrackingPlan = { face: null, pose: null, hands: null, faces: null };

/**
 * Which parts of the person on the camera are looked for and how often. Body and hands cost as much as the face each,
 * so they are tracked only where they can be seen: switched on, in the plan of the account, on a scene that shows the
 * avatar, with their model on this machine, and not given up by the governor. Pure.
 */
export function planTracking(snapshot: StudioSnapshot, levers: GovernorState = FULL_QUALITY): TrackingPlan {
  const { tracking, settings, scene, allowed } = snapshot;
  if (tracking.source !== 'camera') return NOTHING;
  const wanted = trackingFps(settings.picture.fps);
  const face = {
    fps: Math.min(wanted, FACE_FPS_MAX[levers['tracking-rate']] ?? 15),
    modelUrl: tracking.modelUrl,
  };
  const { parts } = settings.tracking;
  const part = (on: boolean, modelUrl: string | null, fps: number, lever: number): PartPlan | null =>
    on && modelUrl && scene.avatar.shown && lever < 2
      ? { fps: Math.min(wanted, lever === 1 ? fps / 2 : fps), modelUrl }
      : null;
  return {
    face,
    pose: part(parts.body !== 'off' && allowed.body, tracking.poseModelUrl, POSE_FPS, levers.pose),
    hands: part(parts.hands && allowed.hands, tracking.handsModelUrl, HANDS_FPS, levers.hands),
    faces: { fps: FACES_FPS, modelUrl: tracking.modelUrl },
  };
}
