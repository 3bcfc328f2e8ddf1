import type { EncoderTrial, FfmpegEncoder } from '../../../shared/domain/encoding.ts';

/** Encodes a moment with each of them. @throws ReasonError `media.unreachable` */
export type TryEncoders = (encoders: readonly FfmpegEncoder[]) => Promise<readonly EncoderTrial[]>;

/** Where answers are kept between runs. */
export interface TrialStore {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}
