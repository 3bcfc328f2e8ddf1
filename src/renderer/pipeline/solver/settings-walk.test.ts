import { describe, expect, test } from 'vitest';
import { ARKIT_CHANNELS, ARKIT_INDEX, type ArkitChannel } from '../../../shared/domain/arkit.ts';
import { createSolvedFace, type SolvedFace } from '../../../shared/domain/solved-face.ts';
import {
  AWAY_POSES,
  DEFAULT_PROFILE,
  DEFAULT_TRACKING,
  DEFAULT_TUNING,
  type TrackingProfile,
  type TrackingSettings,
  type Tuning,
} from '../../../shared/domain/tracking-settings.ts';
import { createVoiceObservation } from '../part-channels.ts';
import { createFaceObservation } from '../tracking-channel.ts';
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
    face.sequence = i + 1;
    face.capturedAtMs = 1000 + i * STEP_MS;
    face.trackedAtMs = face.capturedAtMs + 40;
    face.found = seen.found ?? true;
    face.confidence = seen.confidence ?? 1;
    const [cy, sy] = [Math.cos(seen.yaw ?? 0), Math.sin(seen.yaw ?? 0)];
    const [cp, sp] = [Math.cos(seen.pitch ?? 0), Math.sin(seen.pitch ?? 0)];
    const [cr, sr] = [Math.cos(seen.roll ?? 0), Math.sin(seen.roll ?? 0)];
    face.matrix.set([cy * cr + sy * sp * sr, cp * sr, -sy * cr + cy * sp * sr, 0], 0);
    face.matrix.set([-cy * sr + sy * sp * cr, cp * cr, sy * sr + cy * sp * cr, 0], 4);
    face.matrix.set([sy * cp, -sp, cy * cp, 0, (seen.x ?? 0) * 100, 0, -45, 1], 8);
    ARKIT_CHANNELS.forEach((name, c) => {
      face.scores[c] = seen.scores?.[name] ?? 0;
    });
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

const KEYS = [...ARKIT_CHANNELS, 'yaw', 'pitch', 'roll', 'position', 'gaze'] as const;

function scriptOf(key: (typeof KEYS)[number]): Script {
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

describe('every slider of the face changes what is shown', () => {
  test.each(KEYS)('%s', (key) => {
    const script = scriptOf(key);
    const plain = shown(script);
    for (const [slider, values] of Object.entries(SLIDERS)) {
      let before = plain;
      for (const value of values) {
        const after = shown(script, {
          profile: { tuning: { [key]: { ...DEFAULT_TUNING, [slider]: value } } },
        });
        expect(apart(after, plain), `${slider} ${value}`).toBeGreaterThan(1e-3);
        expect(apart(after, before), `${slider} ${value} and the one before`).toBeGreaterThan(1e-4);
        before = after;
      }
    }
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
