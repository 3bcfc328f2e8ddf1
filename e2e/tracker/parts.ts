import {
  createHandsObservation,
  createPoseObservation,
  HandsChannel,
  PoseChannel,
} from '../../src/renderer/pipeline/part-channels.ts';
import { type PersonState, PersonTracking } from '../../src/renderer/pipeline/person-tracking.ts';
import { createFaceObservation, TrackingChannel } from '../../src/renderer/pipeline/tracking-channel.ts';
import { FULL_QUALITY, type GovernorState } from '../../src/shared/domain/governor.ts';
import { FIRST_SCENE } from '../../src/shared/domain/scene.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../src/shared/domain/studio.ts';

/** Both hands of one result: where the wrist is in the picture, null for a hand that was not found. */
export interface SeenHands {
  readonly sequence: number;
  readonly capturedAtMs: number;
  readonly trackedAtMs: number;
  readonly left: readonly [number, number] | null;
  readonly right: readonly [number, number] | null;
}

/** What tests and benchmarks do with the whole tracking of a person; see tracker-parts.test.ts. */
export interface PartsBench {
  state(): PersonState;
  complaints(): string[];
  /** Every result of the hands, in order. */
  hands(): SeenHands[];
  /** The newest body: x of the left and right wrist in the picture, and how many results there were. */
  body(): { results: number; leftWristX: number; rightWristX: number; leftShoulderZ: number };
  /** Results of the face since the page loaded, and the longest time between two of them in the last ones, ms. */
  face(): { results: number; longestMs: number };
  parts(body: 'off' | 'upper' | 'full', hands: boolean): void;
  levers(change: Partial<GovernorState>): void;
  /** Main-thread tasks over 50 ms and when they began, ms since the page began. */
  longTasks(): { readonly atMs: number; readonly ms: number }[];
}

declare global {
  interface Window {
    parts: PartsBench;
  }
}

const query = new URLSearchParams(location.search);
const longTasks: ReturnType<PartsBench['longTasks']> = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) longTasks.push({ atMs: entry.startTime, ms: entry.duration });
}).observe({ type: 'longtask', buffered: true });

const channels = { face: new TrackingChannel(), pose: new PoseChannel(), hands: new HandsChannel() };
const complaints: string[] = [];
const person = new PersonTracking(
  channels,
  () => undefined,
  (message) => complaints.push(message),
);

function snapshot(body: 'off' | 'upper' | 'full', hands: boolean): StudioSnapshot {
  return {
    mode: 'headless',
    settings: {
      ...DEFAULT_SETTINGS,
      camera: 'default',
      picture: { ...DEFAULT_SETTINGS.picture, fps: Number(query.get('fps') ?? 15) },
      tracking: { ...DEFAULT_SETTINGS.tracking, parts: { body, hands, gaze: true } },
    },
    avatar: { id: 'vida', name: 'Vida', url: '/v', family: 'vrm1', wantsThumbnail: false },
    scene: { ...FIRST_SCENE, turn: 1, background: { kind: 'transparent' }, overlay: null },
    tracking: {
      source: 'camera',
      modelUrl: 'models/face_landmarker.task',
      poseModelUrl: 'models/pose_landmarker_full.task',
      handsModelUrl: 'models/hand_landmarker.task',
      wasmUrl: 'wasm',
    },
    broadcast: null,
    panic: false,
    muted: false,
    secondSourceUrl: null,
    allowed: { body: true, hands: true },
    poseWanted: false,
    contactSheet: null,
  };
}

const face = createFaceObservation();
const pose = createPoseObservation();
const hands = createHandsObservation();
const seenHands: SeenHands[] = [];
const KEPT = 2000;
let faces = 0;
let bodies = 0;
let lastFaceAtMs = 0;
const faceGaps: number[] = [];
setInterval(() => {
  while (channels.face.read(face)) {
    faces++;
    if (lastFaceAtMs > 0) faceGaps.push(face.trackedAtMs - lastFaceAtMs);
    if (faceGaps.length > 150) faceGaps.shift();
    lastFaceAtMs = face.trackedAtMs;
  }
  while (channels.pose.read(pose)) bodies++;
  while (channels.hands.read(hands)) {
    const { sequence, capturedAtMs, trackedAtMs, left, right } = hands;
    seenHands.push({
      sequence,
      capturedAtMs,
      trackedAtMs,
      left: left.found ? [left.points[0]!, left.points[1]!] : null,
      right: right.found ? [right.points[0]!, right.points[1]!] : null,
    });
    if (seenHands.length > KEPT) seenHands.shift();
  }
}, 20);

window.parts = {
  state: () => person.state,
  complaints: () => complaints,
  hands: () => seenHands,
  body: () => ({
    results: bodies,
    leftWristX: pose.points[15 * 3]!,
    rightWristX: pose.points[16 * 3]!,
    leftShoulderZ: pose.world[11 * 3 + 2]!,
  }),
  face: () => ({ results: faces, longestMs: Math.max(0, ...faceGaps) }),
  parts: (body, withHands) => person.apply(snapshot(body, withHands)),
  levers: (change) => person.setLevers({ ...FULL_QUALITY, ...change }),
  longTasks: () => longTasks,
};
person.apply(snapshot('upper', true));
