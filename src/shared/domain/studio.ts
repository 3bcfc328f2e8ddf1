import { z } from 'zod';
import { ReasonError } from '../errors.ts';
import {
  audioChainSchema,
  DEFAULT_AUDIO_CHAIN,
  NO_SECOND_SOURCE,
  secondSourceSchema,
} from './audio-chain.ts';
import { avatarMappingSchema } from './avatar-mapping.ts';
import { encoderChoiceSchema, renditionNameSchema, renditionSchema } from './encoding.ts';
import { expressionMapSchema } from './expressions.ts';
import { DEFAULT_SCENES, FIRST_SCENE, MAX_SCENES, overlaySchema, sceneSchema } from './scene.ts';
import { DEFAULT_SHORTCUTS, shortcutMapSchema } from './shortcuts.ts';
import { DEFAULT_TRACKING, profilesSchema, trackingSettingsSchema } from './tracking-settings.ts';

/** Limits of the programme picture, the same for the flags, the settings and the encoder. */
export const PICTURE_LIMITS = {
  minWidth: 160,
  minHeight: 90,
  maxWidth: 3840,
  maxHeight: 2160,
  maxFps: 60,
  minKbps: 100,
  maxKbps: 51_000,
} as const;

export const pictureSchema = z.object({
  width: z.int().min(PICTURE_LIMITS.minWidth).max(PICTURE_LIMITS.maxWidth).multipleOf(2),
  height: z.int().min(PICTURE_LIMITS.minHeight).max(PICTURE_LIMITS.maxHeight).multipleOf(2),
  fps: z.int().min(1).max(PICTURE_LIMITS.maxFps),
  bitrateKbps: z.int().min(PICTURE_LIMITS.minKbps).max(PICTURE_LIMITS.maxKbps),
});
export type Picture = z.infer<typeof pictureSchema>;

/** `default` lets the browser choose; `none` switches the device off; anything else is a device id. */
export const deviceChoiceSchema = z.string().min(1).max(512);

/** Size and bitrate of an encode beside the programme's own; its rate is the programme's. */
export const sideRenditionSchema = renditionSchema.omit({ name: true });

/** What the user chose; everything in it survives a restart. */
export const studioSettingsSchema = z.object({
  camera: deviceChoiceSchema,
  microphone: deviceChoiceSchema,
  avatarId: z.string().min(1).max(256),
  /** At least one; `sceneId` names the one that is shown. */
  scenes: z.array(sceneSchema).min(1).max(MAX_SCENES),
  sceneId: z.string().min(1).max(64),
  /** Mirrored like a looking glass; off, the avatar moves as the camera sees the person. */
  mirror: z.boolean(),
  /** Which parts of the person drive the avatar, and what happens without them. */
  tracking: trackingSettingsSchema,
  /** Calibration and tuning by camera. */
  profiles: profilesSchema,
  /** Expressions on keys and gestures, by avatar. */
  expressions: expressionMapSchema,
  /** What the user says of an avatar's bones and morph targets, by avatar. */
  mappings: z
    .record(z.string().min(1).max(256), avatarMappingSchema)
    .refine((map) => Object.keys(map).length <= 256),
  /** The motion that plays while nobody drives the body; see motion.ts. */
  idleMotion: z.string().min(1).max(256),
  picture: pictureSchema,
  encoder: encoderChoiceSchema,
  /** The bitrate gives way when most destinations cannot take it, and comes back. */
  adaptive: z.boolean(),
  /** A second encode for the destinations that `renditions` gives it to; null: there is none. */
  second: sideRenditionSchema.nullable(),
  /** Which destinations get which encode, by id; those not named get the main one. */
  renditions: z
    .record(z.string().max(64), renditionNameSchema.exclude(['recording']))
    .refine((map) => Object.keys(map).length <= 256),
  audio: audioChainSchema,
  secondSource: secondSourceSchema,
  recording: z.object({
    /** Begins and ends with every broadcast. */
    withStream: z.boolean(),
    /** An encode of its own; null records what the main destinations get. */
    own: sideRenditionSchema.nullable(),
    /** Made an MP4 when it has ended. */
    remux: z.boolean(),
    /** Seconds kept for «save replay» while live or recording; 0: none. */
    replaySeconds: z.int().min(0).max(300),
  }),
  /** Go live without asking again. */
  skipConfirm: z.boolean(),
  /** The microphone is muted when the studio opens. */
  startMuted: z.boolean(),
  /** Which destinations the user ticked or unticked, by id. */
  ticks: z.record(z.string().max(64), z.boolean()).refine((ticks) => Object.keys(ticks).length <= 256),
  shortcuts: shortcutMapSchema,
  /** Shortcuts work in every program, where the host can. */
  globalShortcuts: z.boolean(),
  /** The avatar is served as a page for other programs on this machine. */
  output: z.boolean(),
  /** The first run has been walked through or left. */
  onboarded: z.boolean(),
});
export type StudioSettings = z.infer<typeof studioSettingsSchema>;

/** What the studio offers; the first one is what the slowest machine it was measured on keeps up with. */
export const PICTURE_PRESETS: readonly [Picture, ...Picture[]] = [
  { width: 640, height: 360, fps: 15, bitrateKbps: 1000 },
  { width: 854, height: 480, fps: 30, bitrateKbps: 1500 },
  { width: 1280, height: 720, fps: 30, bitrateKbps: 3000 },
  { width: 1920, height: 1080, fps: 30, bitrateKbps: 6000 },
];

/** The same picture upright (9:16) or lying (16:9). */
export function turnedPicture(picture: Picture): Picture {
  return { ...picture, width: picture.height, height: picture.width };
}

export function isUpright({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return height > width;
}

export const DEFAULT_SETTINGS: StudioSettings = {
  camera: 'default',
  microphone: 'none',
  avatarId: 'vida',
  scenes: [...DEFAULT_SCENES],
  sceneId: FIRST_SCENE.id,
  mirror: false,
  tracking: DEFAULT_TRACKING,
  profiles: {},
  expressions: {},
  mappings: {},
  idleMotion: 'calm',
  picture: PICTURE_PRESETS[0],
  encoder: 'auto',
  adaptive: false,
  second: null,
  renditions: {},
  audio: DEFAULT_AUDIO_CHAIN,
  secondSource: NO_SECOND_SOURCE,
  recording: { withStream: false, own: null, remux: true, replaySeconds: 0 },
  skipConfirm: false,
  startMuted: false,
  ticks: {},
  shortcuts: DEFAULT_SHORTCUTS,
  globalShortcuts: true,
  output: false,
  onboarded: false,
};

/** How an avatar file is read, as its check found it. */
export const avatarFamilySchema = z.enum(['vrm0', 'vrm1', 'glb']);

export const backgroundSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('color'), color: z.string().regex(/^#[0-9a-f]{6}$/) }),
  z.object({ kind: z.literal('image'), url: z.string() }),
  z.object({ kind: z.literal('transparent') }),
]);

/** Everything the pipeline needs, whole, at every change. The page makes its pipeline agree with it. */
export const studioSnapshotSchema = z.object({
  /** `studio`: a person watches; `headless`: no preview, no user interface. */
  mode: z.enum(['studio', 'headless']),
  settings: studioSettingsSchema,
  avatar: z.object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    family: avatarFamilySchema,
    /** The library has no thumbnail of it: the page makes one and uploads it. */
    wantsThumbnail: z.boolean(),
  }),
  /** The shown scene with everything it names resolved to addresses. */
  scene: z.object({
    id: z.string(),
    name: z.string(),
    /** Grows when another scene was chosen, which fades; a change of the shown one does not fade. */
    turn: z.int(),
    background: backgroundSchema,
    capture: sceneSchema.shape.capture,
    avatar: sceneSchema.shape.avatar,
    overlay: overlaySchema.omit({ imageId: true }).extend({ url: z.string() }).nullable(),
  }),
  tracking: z.discriminatedUnion('source', [
    /** The model is on this machine; the camera is tracked. */
    z.object({
      source: z.literal('camera'),
      modelUrl: z.string(),
      /** Null: the model is not on this machine, so the part stays at ease. */
      poseModelUrl: z.string().nullable(),
      handsModelUrl: z.string().nullable(),
      wasmUrl: z.string(),
    }),
    /** The model is missing: a recorded performance drives the avatar. */
    z.object({
      source: z.literal('recorded'),
      performanceUrl: z.string(),
      clipUrl: z.string(),
      /** The same performance as a motion file (motion.ts), in step with it. */
      motionUrl: z.string(),
    }),
    z.object({ source: z.literal('none') }),
  ]),
  /** The encoders run while this is set. `epoch` grows with every go-live of this program run. */
  broadcast: z
    .object({
      epoch: z.int().min(1).max(65535),
      /**
       * `encoded`: one WebCodecs encoder per rendition; `raw`: I420 pictures of the main rendition's size, which the
       * media process encodes.
       */
      source: z.enum(['encoded', 'raw']),
      /** It is libx264 that encodes the raw pictures: it takes the processor's time, and its preset can be changed. */
      x264: z.boolean().optional(),
      /** Those in use; one may come or go while live, the others are not disturbed. The main one is always there. */
      renditions: z.array(renditionSchema).min(1).max(3),
    })
    .nullable(),
  /** Picture cut to the card and microphone muted, at once. */
  panic: z.boolean(),
  muted: z.boolean(),
  /** Address of the sound that `secondSource` names; null: none, or it is the system's. */
  secondSourceUrl: z.string().nullable(),
  /** Parts that the account's plan allows. */
  allowed: z.object({ body: z.boolean(), hands: z.boolean() }),
  /** Output pages are open: the pose of every tick is wanted (`output.pose`). */
  poseWanted: z.boolean(),
  /** Named exception to «no camera picture leaves the renderer»: the demo's contact sheet, null everywhere else. */
  contactSheet: z.object({ rows: z.int().min(1).max(8), everyMs: z.int().min(100) }).nullable(),
});
export type StudioSnapshot = z.infer<typeof studioSnapshotSchema>;

/**
 * Parses `WIDTHxHEIGHT`.
 * @throws ReasonError `usage.bad-size`
 */
export function parseSize(text: string): { width: number; height: number } {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(text);
  const size = match && { width: Number(match[1]), height: Number(match[2]) };
  if (!size || !pictureSchema.pick({ width: true, height: true }).safeParse(size).success) {
    throw new ReasonError('usage.bad-size', text);
  }
  return size;
}

/** A sensible bitrate for a size and rate: about 0.1 bit per pixel, within what every service takes. */
export function defaultBitrateKbps(width: number, height: number, fps: number): number {
  const kbps = (width * height * fps * 0.1) / 1000;
  return Math.min(6000, Math.max(1000, Math.round(kbps / 100) * 100));
}

/**
 * How often a face is looked for at a programme rate: as often as a picture is drawn, at most 30 times a second.
 * Slow programmes are tracked twice per picture: a picture would else show landmarks of up to a tenth of a second
 * ago, or the same ones twice.
 */
export function trackingFps(programmeFps: number): number {
  return Math.min(30, programmeFps < 15 ? programmeFps * 2 : programmeFps);
}
