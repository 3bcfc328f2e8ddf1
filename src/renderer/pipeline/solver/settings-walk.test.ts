import { describe, expect, test } from 'vitest';
import { headMatrix } from '../../../../bench/solver/data.ts';
import { type ArmSample, createSeen, readArms, show } from '../../../../e2e/body/arm-samples.ts';
import { brokenLimit } from '../../../../e2e/body/joint-check.ts';
import { ARKIT_CHANNELS, ARKIT_INDEX, type ArkitChannel } from '../../../shared/domain/arkit.ts';
import { createAvatarPose } from '../../../shared/domain/avatar-pose.ts';
import { HUMAN_BONES } from '../../../shared/domain/human-bones.ts';
import { createSolvedFace, type SolvedFace } from '../../../shared/domain/solved-face.ts';
import {
  AWAY_POSES,
  DEFAULT_PROFILE,
  DEFAULT_TRACKING,
  DEFAULT_TUNING,
  type TrackingProfile,
  type TrackingSettings,
  TUNED,
  type Tuned,
  type Tuning,
} from '../../../shared/domain/tracking-settings.ts';
import { SolvedChannel } from '../inspection.ts';
import { createVoiceObservation, HandsChannel, PoseChannel, VoiceChannel } from '../part-channels.ts';
import { Puppet } from '../stage/puppet.ts';
import { createFaceObservation, type FaceObservation, TrackingChannel } from '../tracking-channel.ts';
import { BodySolver } from './body/body-solver.ts';
import { createSolvedBody } from './body/solved-body.ts';
import { FaceSolver } from './face-solver.ts';

const STEP_MS = 33;

/** What is in front of the camera at a frame; what is left out is at rest. */
interface Seen {
  /** No result at all. */
  readonly none?: boolean;
  readonly found?: boolean;
  readonly confidence?: number;
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
  readonly x?: number;
  readonly scores?: Partial<Record<ArkitChannel, number>>;
  readonly vowel?: number;
}
type Script = (frame: number) => Seen;

interface Settings {
  readonly profile?: Partial<TrackingProfile>;
  readonly away?: Partial<TrackingSettings['away']>;
  readonly voice?: Partial<TrackingSettings['voice']>;
  readonly steadyDelay?: boolean;
}

/** As a result of the tracker. */
function fill(face: FaceObservation, seen: Seen, frame: number): void {
  face.sequence = frame + 1;
  face.capturedAtMs = 1000 + frame * STEP_MS;
  face.trackedAtMs = face.capturedAtMs + 40;
  face.found = seen.found ?? true;
  face.confidence = seen.confidence ?? 1;
  const angles = [seen.yaw ?? 0, seen.pitch ?? 0, seen.roll ?? 0].map((angle) => (angle * 180) / Math.PI);
  face.matrix.set(headMatrix(angles, [(seen.x ?? 0) * 100, 0, -45]));
  ARKIT_CHANNELS.forEach((name, c) => {
    face.scores[c] = seen.scores?.[name] ?? 0;
  });
}

/** Everything that is shown, frame by frame, as one list of numbers. */
function shown(script: Script, settings: Settings = {}, frames = 60): number[] {
  const solver = new FaceSolver({ steadyDelay: settings.steadyDelay ?? false });
  solver.setProfile({ ...DEFAULT_PROFILE, ...settings.profile });
  solver.setAway({ ...DEFAULT_TRACKING.away, ...settings.away });
  solver.setVoice({ ...DEFAULT_TRACKING.voice, ...settings.voice });
  const face = createFaceObservation();
  const voice = createVoiceObservation();
  const out = createSolvedFace();
  const all: number[] = [];
  for (let i = 0; i < frames; i++) {
    const seen = script(i);
    fill(face, seen, i);
    if (!seen.none) solver.observe(face);
    if (seen.vowel !== undefined) {
      voice.sequence = i + 1;
      voice.volume = 0.9;
      voice.vowels.fill(0);
      voice.vowels[seen.vowel] = 1;
      solver.observeVoice(voice);
    }
    solver.solve(face.trackedAtMs + 1, out);
    all.push(...out.channels, ...numbersOf(out));
  }
  return all;
}

const numbersOf = ({ yaw, pitch, roll, x, y, z, gazeYaw, gazePitch, presence }: SolvedFace): number[] => [
  ...[yaw, pitch, roll, x, y, z, gazeYaw, gazePitch, presence],
];

const apart = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

/** Half open, up and down: a signal on which gain, dead zone, curve and smoothing all tell. */
const wave = (frame: number): number => 0.35 + 0.25 * Math.sin(frame / 2.5);

const SLIDERS: Readonly<Record<keyof Tuning, readonly number[]>> = {
  gain: [0.4, 1.6],
  deadZone: [0.2],
  curve: [0.5, 2],
  smoothing: [0, 0.2, 0.8, 1],
};

const FACE_KEYS = [...ARKIT_CHANNELS, 'yaw', 'pitch', 'roll', 'position', 'gaze'] as const;

function scriptOf(key: (typeof FACE_KEYS)[number]): Script {
  switch (key) {
    case 'yaw':
    case 'pitch':
    case 'roll':
      return (frame) => ({ [key]: 0.6 * wave(frame) });
    case 'position':
      return (frame) => ({ x: frame < 20 ? 0 : 0.1 * wave(frame) });
    case 'gaze':
      return (frame) => ({ scores: { eyeLookOutLeft: wave(frame), eyeLookInRight: wave(frame) } });
    default:
      return (frame) => ({ scores: { [key]: wave(frame) } });
  }
}

/** Every value of every slider shows something else than none, and than the value before. */
function walk(key: Tuned, show: (tuning: TrackingProfile['tuning']) => number[]): void {
  const plain = show({});
  for (const [slider, values] of Object.entries(SLIDERS)) {
    let before = plain;
    for (const value of values) {
      const after = show({ [key]: { ...DEFAULT_TUNING, [slider]: value } });
      expect(apart(after, plain), `${slider} ${value}`).toBeGreaterThan(1e-3);
      expect(apart(after, before), `${slider} ${value} and the one before`).toBeGreaterThan(1e-4);
      before = after;
    }
  }
}

describe('every slider of the face changes what is shown', () => {
  test.each(FACE_KEYS)('%s', (key) => {
    const script = scriptOf(key);
    walk(key, (tuning) => shown(script, { profile: { tuning } }));
  });

  test('no smoothing shows what was seen, the most hardly anything of a fast movement', () => {
    const script: Script = (frame) => ({ scores: { mouthSmileLeft: wave(frame) } });
    const at = 52 + numbersOf(createSolvedFace()).length;
    const swing = (smoothing: number): number => {
      const values = shown(script, {
        profile: { tuning: { mouthSmileLeft: { ...DEFAULT_TUNING, smoothing } } },
      });
      const smile = values.filter((_, i) => i % at === ARKIT_INDEX.mouthSmileLeft).slice(30);
      return Math.max(...smile) - Math.min(...smile);
    };
    expect(swing(0)).toBeGreaterThan(0.45);
    expect(swing(1)).toBeLessThan(0.2);
  });

  const neutral = { scores: ARKIT_CHANNELS.map(() => 0.2), yaw: 0.1, pitch: 0.1, roll: 0.1 };
  const top = ARKIT_CHANNELS.map(() => 0.6);
  const blinking: Script = (frame) => ({
    yaw: 0.5,
    scores: { eyeBlinkLeft: wave(frame), eyeBlinkRight: 0, eyeLookOutLeft: 0.5, eyeLookInRight: 0.1 },
  });
  const lids: Script = (frame) => ({ scores: { eyeBlinkLeft: wave(frame), eyeBlinkRight: wave(frame) } });
  const away: Script = (frame) => ({ found: frame < 20, yaw: 0.3, scores: { jawOpen: 0.5 } });
  const doubtful: Script = (frame) => ({ confidence: frame < 20 ? 1 : 0.05, yaw: frame / 60 });
  const cases: readonly (readonly [string, Script, Settings, number?, Settings?])[] = [
    ['neutral', blinking, { profile: { neutral } }],
    ['ranges', blinking, { profile: { ranges: { top } } }],
    ['glasses', lids, { profile: { glasses: true } }],
    ['linkedEyes', blinking, { profile: { linkedEyes: false } }],
    ['autoBlink', () => ({ yaw: 1 }), { profile: { autoBlink: false } }, 150],
    [
      'prediction',
      scriptOf('yaw'),
      { profile: { prediction: 1 }, steadyDelay: true },
      60,
      { steadyDelay: true },
    ],
    ['away hold time', away, { away: { noFace: { pose: 'idle', holdMs: 100, blendMs: 800 } } }],
    ['away blend time', away, { away: { noFace: { pose: 'idle', holdMs: 700, blendMs: 50 } } }],
    ['voice off', (frame) => ({ found: false, vowel: frame % 5 }), { voice: { mode: 'off' } }],
    ['voice always', (frame) => ({ vowel: frame % 5 }), { voice: { mode: 'always' } }],
    ['voice strength', () => ({ found: false, vowel: 0 }), { voice: { strength: 0.4 } }],
  ];
  for (const [name, script, settings, frames = 60, plain = {}] of cases) {
    test(name, () => {
      expect(apart(shown(script, settings, frames), shown(script, plain, frames))).toBeGreaterThan(0.01);
    });
  }

  test.each([
    ['noFace', away],
    ['lowConfidence', doubtful],
    ['noCamera', () => ({ none: true })],
  ] as const)('%s: each pose looks different', (state, script) => {
    const poses = AWAY_POSES.map((pose) =>
      shown(
        script,
        {
          away: {
            [state]: { pose, holdMs: 0, blendMs: 100 },
          },
        },
        90,
      ),
    );
    expect(apart(poses[0]!, poses[2]!)).toBeGreaterThan(0.1);
    if (state !== 'noCamera') expect(apart(poses[0]!, poses[1]!)).toBeGreaterThan(0.1);
  });
});

const arms = readArms();
const FILM = 60;

/** To and fro, 0 to 1. */
const sway = (frame: number): number => 0.5 - 0.5 * Math.cos(frame / 4);

const film = (of: (frame: number) => ArmSample): ArmSample[] => Array.from({ length: FILM }, (_, i) => of(i));

const sampleOf = (framing: string, pose: string): ArmSample =>
  structuredClone(arms[framing]!.find((sample) => sample.pose === pose)!);

/** From one pose to another and back. */
const between = (framing: string, from: string, to: string): ArmSample[] => {
  const { points, world, hands } = sampleOf(framing, to).detected;
  return film((frame) => {
    const sample = sampleOf(framing, from);
    const mix = (into: number[], other: readonly number[]): void => {
      for (let i = 0; i < into.length; i++) into[i]! += sway(frame) * (other[i]! - into[i]!);
    };
    mix(sample.detected.points, points);
    mix(sample.detected.world, world);
    for (const hand of sample.detected.hands) {
      const other = hands.find(({ side }) => side === hand.side)!;
      mix(hand.points, other.points);
      mix(hand.world, other.world);
    }
    return sample;
  });
};

/** Somebody who stands, of whom some points go to and fro. @param axis 0 x, 1 y, 2 z @param metres how far */
const moved = (points: readonly number[], axis: number, metres: number): ArmSample[] =>
  film((frame) => {
    const sample = sampleOf('full', 'down');
    for (const point of points) sample.detected.world[point * 3 + axis]! += metres * sway(frame);
    return sample;
  });

const ABOVE_HIPS = Array.from({ length: 23 }, (_, point) => point);
const KNEES = [25, 26];

/** What a part does, and the bones that are its own. */
const BODY: Readonly<
  Record<
    Exclude<Tuned, (typeof FACE_KEYS)[number]>,
    { readonly does: readonly ArmSample[]; readonly bones: RegExp }
  >
> = {
  torso: { does: moved(ABOVE_HIPS, 0, 0.2), bones: /^(spine|chest|upperChest)$/ },
  arms: { does: between('upper', 'down', 'bent-forward'), bones: /UpperArm|LowerArm/ },
  wrists: { does: between('hands', 'pointing', 'thumbs-up'), bones: /(LowerArm|Hand)$/ },
  fingers: { does: between('hands', 'open-hands', 'thumbs-up'), bones: /Thumb|Index|Middle|Ring|Little/ },
  legs: { does: moved(KNEES, 2, -0.2), bones: /UpperLeg|LowerLeg/ },
};
const BODY_KEYS = Object.keys(BODY) as (keyof typeof BODY)[];

/** The rotations of a part's bones, picture by picture, as one list of numbers. */
function shownOfBody(part: keyof typeof BODY, tuning: TrackingProfile['tuning']): number[] {
  const { does, bones } = BODY[part];
  const solver = new BodySolver();
  solver.setParts({ body: 'full', hands: true, gaze: true });
  solver.setProfile({ ...DEFAULT_PROFILE, tuning });
  const seen = createSeen();
  const out = createSolvedBody();
  const own = HUMAN_BONES.flatMap((name, bone) => (bones.test(name) ? [bone * 4] : []));
  const all: number[] = [];
  let broken: string | null = null;
  does.forEach((sample, i) => {
    const atMs = 1000 + i * STEP_MS;
    show(sample, seen, i + 1, atMs);
    solver.observePose(seen.pose);
    solver.observeHands(seen.hands);
    solver.solve(atMs + 20, out);
    broken ??= brokenLimit(out.rotations, (3 * Math.PI) / 180);
    for (const at of own) all.push(...out.rotations.subarray(at, at + 4));
  });
  expect(broken).toBeNull();
  return all;
}

describe('every slider of the body changes what is shown', () => {
  test('with those of the face, these are all', () => {
    expect([...FACE_KEYS, ...BODY_KEYS].sort()).toEqual([...TUNED].sort());
  });

  test.each(BODY_KEYS)('%s', (key) => walk(key, (tuning) => shownOfBody(key, tuning)));
});

describe('what is tracked', () => {
  /** Where the avatar looks when the eyes look aside, radians. */
  function gazeWith(gaze: boolean): number {
    const faces = new TrackingChannel();
    const channels = [new PoseChannel(), new HandsChannel(), new VoiceChannel(), new SolvedChannel()];
    const [pose, hands, voice, solved] = channels.map(({ buffer }) => buffer) as [
      SharedArrayBuffer,
      SharedArrayBuffer,
      SharedArrayBuffer,
      SharedArrayBuffer,
    ];
    const puppet = new Puppet({ face: faces.buffer, pose, hands, voice, solved }, () => {});
    const tracking = { ...DEFAULT_TRACKING, parts: { ...DEFAULT_TRACKING.parts, gaze } };
    puppet.handle({ type: 'setTracking', tracking }, 0);
    const face = createFaceObservation();
    const out = createAvatarPose();
    for (let i = 0; i < 60; i++) {
      fill(face, { scores: { eyeLookOutLeft: 0.6, eyeLookInRight: 0.6 } }, i);
      faces.write(face);
      puppet.solve(face.trackedAtMs + 1, out);
    }
    expect(out.state).toBe('tracking');
    expect(out.channels[ARKIT_INDEX.eyeLookOutLeft]! > 0).toBe(gaze);
    return out.gazeYaw;
  }

  test('without the gaze the eyes look straight ahead', () => {
    expect(gazeWith(true)).toBeGreaterThan(0.2);
    expect(gazeWith(false)).toBe(0);
  });
});
