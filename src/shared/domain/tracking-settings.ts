import { z } from 'zod';
import { ARKIT_CHANNELS, ARKIT_COUNT } from './arkit.ts';

/**
 * What can be tuned one by one: the 52 channels, the head's three turns and its place, the direction of the eyes,
 * and the parts of the body (shoulders and spine, arms, wrists, fingers, legs).
 */
export const TUNED = [
  ...ARKIT_CHANNELS,
  'yaw',
  'pitch',
  'roll',
  'position',
  'gaze',
  'torso',
  'arms',
  'wrists',
  'fingers',
  'legs',
] as const;
export type Tuned = (typeof TUNED)[number];

export const TUNING_LIMITS = {
  gain: { min: 0, max: 3 },
  deadZone: { min: 0, max: 0.5 },
  curve: { min: 0.3, max: 3 },
  smoothing: { min: 0, max: 1 },
} as const;

const between = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max);

/** out = gain · sign(v) · ((|v| − deadZone) / (1 − deadZone))^curve of what calibration made of it, v in units of its full range. */
export const tuningSchema = z.object({
  gain: between(TUNING_LIMITS.gain),
  deadZone: between(TUNING_LIMITS.deadZone),
  curve: between(TUNING_LIMITS.curve),
  /** 0: as the camera sees it; 0.5: as it was tuned by us; 1: as calm as it gets. */
  smoothing: between(TUNING_LIMITS.smoothing),
});
export type Tuning = z.infer<typeof tuningSchema>;

export const DEFAULT_TUNING: Tuning = { gain: 1, deadZone: 0, curve: 1, smoothing: 0.5 };

const channelValues = z.array(z.number().min(0).max(1)).length(ARKIT_COUNT);
const angle = z.number().min(-2).max(2);

/** A person's face at rest, as MediaPipe reads it: scores in the order of ARKIT_CHANNELS, angles in radians. */
export const neutralSchema = z.object({ scores: channelValues, yaw: angle, pitch: angle, roll: angle });
export type Neutral = z.infer<typeof neutralSchema>;

/** What a person's scores reach at their strongest, per channel; of one that was not shown, 1. */
export const rangesSchema = z.object({ top: channelValues });
export type Ranges = z.infer<typeof rangesSchema>;

/** Everything that belongs to a person in front of one camera. */
export const trackingProfileSchema = z.object({
  neutral: neutralSchema.nullable(),
  ranges: rangesSchema.nullable(),
  /** Only what differs from DEFAULT_TUNING. */
  tuning: z.partialRecord(z.enum(TUNED), tuningSchema),
  /** Calmer lids and gaze, wider thresholds: frames and reflections unsettle both. */
  glasses: z.boolean(),
  /** Beyond 20° of yaw the eye that is seen speaks for both; off: each for itself. */
  linkedEyes: z.boolean(),
  /** Blinks by itself while the lids cannot be read. */
  autoBlink: z.boolean(),
  /** 0: show what was measured; 1: predict the whole delay of the tracker away. */
  prediction: z.number().min(0).max(1),
});
export type TrackingProfile = z.infer<typeof trackingProfileSchema>;

export const DEFAULT_PROFILE: TrackingProfile = {
  neutral: null,
  ranges: null,
  tuning: {},
  glasses: false,
  linkedEyes: true,
  autoBlink: true,
  prediction: 0.5,
};

/** What the avatar does in a state in which no face drives it. */
export const AWAY_POSES = ['idle', 'hold', 'asleep'] as const;
export type AwayPose = (typeof AWAY_POSES)[number];
export const awaySchema = z.object({
  pose: z.enum(AWAY_POSES),
  /** How long the last pose is held first, ms. */
  holdMs: z.int().min(0).max(10_000),
  blendMs: z.int().min(0).max(5000),
});
export type Away = z.infer<typeof awaySchema>;

/** MFCC means of one vowel, as wlipsync's profile holds them; see audio/voice. */
const vowelSchema = z.array(z.number().min(-1000).max(1000)).length(12);
export const VOWELS = ['A', 'I', 'U', 'E', 'O'] as const;
export type Vowel = (typeof VOWELS)[number];
export const voiceProfileSchema = z.object({
  vowels: z.record(z.enum(VOWELS), z.array(vowelSchema).min(1).max(32)),
});
export type VoiceProfile = z.infer<typeof voiceProfileSchema>;

const port = z.int().min(1024).max(65_535);

/** How the avatar is driven; what belongs to a camera is in `profiles`. */
export const trackingSettingsSchema = z.object({
  parts: z.object({ body: z.enum(['off', 'upper', 'full']), hands: z.boolean(), gaze: z.boolean() }),
  away: z.object({ noCamera: awaySchema, noFace: awaySchema, lowConfidence: awaySchema }),
  /** The card instead of the avatar after so many seconds without a face; null: never. */
  beRightBackAfterS: z.int().min(3).max(600).nullable(),
  voice: z.object({
    /** `off`; `auto`: helps while the mouth cannot be seen well; `always`: leads. */
    mode: z.enum(['off', 'auto', 'always']),
    /** 0..2, how wide the mouth opens. */
    strength: z.number().min(0).max(2),
    /** Of the user's own vowels; null: the general one. */
    profile: voiceProfileSchema.nullable(),
  }),
  /** Steps quality down and up by itself to keep the programme's rate. */
  governor: z.boolean(),
  vmc: z.object({
    /** Takes bones and expressions from another program on this machine. */
    receive: z.object({ on: z.boolean(), port }),
    send: z.object({ on: z.boolean(), host: z.string().min(1).max(253), port }),
  }),
});
export type TrackingSettings = z.infer<typeof trackingSettingsSchema>;

export const DEFAULT_TRACKING: TrackingSettings = {
  parts: { body: 'off', hands: false, gaze: true },
  away: {
    noCamera: { pose: 'idle', holdMs: 700, blendMs: 800 },
    noFace: { pose: 'idle', holdMs: 700, blendMs: 800 },
    lowConfidence: { pose: 'hold', holdMs: 0, blendMs: 300 },
  },
  beRightBackAfterS: null,
  voice: { mode: 'auto', strength: 1, profile: null },
  governor: true,
  vmc: { receive: { on: false, port: 39_539 }, send: { on: false, host: '127.0.0.1', port: 39_540 } },
};

/** Stands for every camera without a profile of its own, and for the moment without a camera. */
export const ANY_CAMERA = 'default';
const MAX_PROFILES = 64;

/** By the name of a camera as its system tells it, or ANY_CAMERA. */
export const profilesSchema = z
  .record(z.string().min(1).max(256), trackingProfileSchema)
  .refine((profiles) => Object.keys(profiles).length <= MAX_PROFILES);
export type Profiles = z.infer<typeof profilesSchema>;

/** The profile of a camera; a camera that is not known yet has the one of ANY_CAMERA. */
export function profileOf(profiles: Profiles, camera: string): TrackingProfile {
  const known = Object.hasOwn(profiles, camera) ? profiles[camera] : profiles[ANY_CAMERA];
  return known ?? DEFAULT_PROFILE;
}

/** The profiles with that of one camera replaced; when there are too many, the oldest camera's goes. */
export function withProfile(profiles: Profiles, camera: string, profile: TrackingProfile): Profiles {
  const next = { ...profiles, [camera]: profile };
  const names = Object.keys(next);
  if (names.length <= MAX_PROFILES) return next;
  const oldest = names.find((name) => name !== camera && name !== ANY_CAMERA);
  if (oldest !== undefined) delete next[oldest];
  return next;
}
