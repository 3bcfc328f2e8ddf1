import {
  type EncoderChoice,
  type EncoderTrial,
  encoderOrder,
  type FfmpegEncoder,
  ffmpegEncoderOf,
} from '../../../shared/domain/encoding.ts';

/** How pictures are encoded: in the page, or raw ones by these in the media process, the first that works. */
export type EncoderPath =
  | { readonly source: 'encoded' }
  | { readonly source: 'raw'; readonly encoders: readonly FfmpegEncoder[] };

export interface EncoderKnowledge {
  readonly platform: string;
  /** What trials of this machine found; an encoder without one is worth a try. */
  readonly trials: readonly EncoderTrial[];
  /** Ways of this session that have failed already. */
  readonly failed: ReadonlySet<EncoderPath['source']>;
}

/**
 * The way to begin with, or to go on with after others failed: the chosen one, else the other one.
 * @returns null when nothing is left
 */
export function encoderPath(choice: EncoderChoice, knowledge: EncoderKnowledge): EncoderPath | null {
  const chosen = ffmpegEncoderOf(choice);
  const encoders = worthTrying(chosen, knowledge);
  const raw: EncoderPath | null =
    knowledge.failed.has('raw') || encoders.length === 0 ? null : { source: 'raw', encoders };
  const encoded: EncoderPath | null = knowledge.failed.has('encoded') ? null : { source: 'encoded' };
  return chosen ? (raw ?? encoded) : (encoded ?? raw);
}

function worthTrying(
  chosen: FfmpegEncoder | null,
  { platform, trials }: EncoderKnowledge,
): readonly FfmpegEncoder[] {
  const works = (encoder: FfmpegEncoder) => trials.find((t) => t.encoder === encoder)?.works ?? true;
  const order = encoderOrder(platform);
  const wanted = chosen ? [chosen, ...order.filter((each) => each !== chosen)] : order;
  return wanted.filter(works);
}
