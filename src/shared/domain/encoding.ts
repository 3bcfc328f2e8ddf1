import { z } from 'zod';

/** The encoders of the FFmpeg path by the name the user chooses, and what FFmpeg calls them. */
export const FFMPEG_ENCODERS = {
  nvenc: 'h264_nvenc',
  qsv: 'h264_qsv',
  amf: 'h264_amf',
  videotoolbox: 'h264_videotoolbox',
  vaapi: 'h264_vaapi',
  mf: 'h264_mf',
  libx264: 'libx264',
} as const;
export type FfmpegEncoder = keyof typeof FFMPEG_ENCODERS;

const NAMES = Object.keys(FFMPEG_ENCODERS) as [FfmpegEncoder, ...FfmpegEncoder[]];
export const ffmpegEncoderSchema = z.enum(NAMES);

/** Presets of libx264 for a live programme, the best picture first, the least work last. */
export const X264_PRESETS = ['veryfast', 'superfast', 'ultrafast'] as const;
export const x264PresetSchema = z.enum(X264_PRESETS);
export type X264Preset = z.infer<typeof x264PresetSchema>;

/** `auto`: WebCodecs, and the FFmpeg path where it has no H.264. */
export const ENCODERS = ['auto', 'webcodecs', ...NAMES.map((name) => `ffmpeg:${name}` as const)] as const;
export const encoderChoiceSchema = z.enum(ENCODERS);
export type EncoderChoice = z.infer<typeof encoderChoiceSchema>;

/** In which order a system's encoders are worth trying: hardware first, libx264 works everywhere. */
export function encoderOrder(platform: string): readonly FfmpegEncoder[] {
  switch (platform) {
    case 'win32':
      return ['nvenc', 'qsv', 'amf', 'mf', 'libx264'];
    case 'darwin':
      return ['videotoolbox', 'libx264'];
    default:
      return ['nvenc', 'vaapi', 'qsv', 'libx264'];
  }
}

/** The FFmpeg encoder of a choice; null for `auto` and `webcodecs`. */
export function ffmpegEncoderOf(choice: EncoderChoice): FfmpegEncoder | null {
  return choice.startsWith('ffmpeg:') ? (choice.slice('ffmpeg:'.length) as FfmpegEncoder) : null;
}

/** From this height on the high profile is worth it; every decoder that shows such pictures knows it. */
const HIGH_PROFILE_HEIGHT = 720;

/** Profile of what is made: the page's encoder prefers the one that every machine can encode. */
export function h264Profile(choice: EncoderChoice, height: number): 'baseline' | 'main' | 'high' {
  if (ffmpegEncoderOf(choice) === null) return 'baseline';
  return height >= HIGH_PROFILE_HEIGHT ? 'high' : 'main';
}

/** How an encoder of the FFmpeg path did in its trial of 0.2 seconds. */
export const encoderTrialSchema = z.object({
  encoder: ffmpegEncoderSchema,
  works: z.boolean(),
  /** Why not, as FFmpeg says it, one line. */
  detail: z.string().max(400).nullable(),
});
export type EncoderTrial = z.infer<typeof encoderTrialSchema>;

/**
 * The encodes of one programme, by what they are for: every destination is served by one of them. The number is
 * the one on the wire (media-packet.ts). All have the programme's frame rate.
 */
export const RENDITIONS = ['main', 'second', 'recording'] as const;
export type RenditionName = (typeof RENDITIONS)[number];
export const renditionNameSchema = z.enum(RENDITIONS);

export function renditionIndex(name: RenditionName): number {
  return RENDITIONS.indexOf(name);
}

/** Size and bitrate of one encode. Sides are even. */
export const renditionSchema = z.object({
  name: renditionNameSchema,
  width: z.int().min(160).max(3840).multipleOf(2),
  height: z.int().min(90).max(3840).multipleOf(2),
  bitrateKbps: z.int().min(100).max(51_000),
});
export type Rendition = z.infer<typeof renditionSchema>;

/** What a further encode costs beside the first: shares of the first one's work, and kbit/s of upload. */
export interface RenditionCost {
  /** Pixels to encode, 1 = as many as the main rendition. */
  readonly work: number;
  /** Upload of all destinations together, sound included, without and with it. */
  readonly uploadKbps: number;
}

export const AUDIO_KBPS = 128;

/**
 * Cost of the renditions that `uses` names, one entry per destination that is on. A recording uploads nothing.
 * Encoding work grows with the pixels (facts: OpenH264 and x264 at one preset).
 */
export function renditionCost(
  renditions: readonly Rendition[],
  uses: readonly RenditionName[],
): RenditionCost {
  const main = renditions.find(({ name }) => name === 'main');
  const pixels = (r: Rendition | undefined): number => (r ? r.width * r.height : 0);
  const used = renditions.filter(({ name }) => uses.includes(name));
  const work = used.reduce((sum, r) => sum + pixels(r), 0) / Math.max(1, pixels(main));
  let uploadKbps = 0;
  for (const use of uses) {
    const rendition = renditions.find(({ name }) => name === use);
    if (rendition && use !== 'recording') uploadKbps += rendition.bitrateKbps + AUDIO_KBPS;
  }
  return { work, uploadKbps };
}
