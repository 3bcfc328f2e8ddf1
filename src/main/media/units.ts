/** What a decoder must know before the first picture: one H.264 parameter set generation of a session. */
export interface VideoConfig {
  /** AVCDecoderConfigurationRecord. */
  readonly avcC: Uint8Array;
  /** WebCodecs codec string, `avc1.PPCCLL`. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/** One picture, ready for any muxer: NAL units with 4-byte lengths, in decode order (there are no B-frames). */
export interface VideoUnit {
  readonly kind: 'video';
  /** A decoder can begin here: an IDR picture that came with SPS and PPS. */
  readonly start: boolean;
  /** µs since the session's first picture. */
  readonly timeUs: number;
  readonly data: Uint8Array;
  readonly config: VideoConfig;
}

/** One AAC-LC frame of 1024 samples, 48 kHz stereo, without ADTS header. */
export interface AudioUnit {
  readonly kind: 'audio';
  /** µs since the session's first picture. */
  readonly timeUs: number;
  readonly data: Uint8Array;
}

export type MediaUnit = VideoUnit | AudioUnit;
