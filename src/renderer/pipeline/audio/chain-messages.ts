import type { AudioChain } from '../../../shared/domain/audio-chain.ts';

/** Inputs of the chain's worklet node. */
export const CHAIN_INPUT = {
  /** The microphone behind its gain. */
  raw: 0,
  /** The same behind RNNoise. */
  clean: 1,
  second: 2,
  /** The microphone as the device gives it, for the clip light. */
  device: 3,
} as const;
export const CHAIN_INPUTS = 4;

/** Window → worklet: everything, at every change. */
export interface ChainSettings extends Pick<AudioChain, 'suppress' | 'gate' | 'compressor' | 'limiter'> {
  /** The microphone is heard: not muted, and the key held when there is one. */
  readonly open: boolean;
  /** Nothing is heard. */
  readonly panic: boolean;
  /** The microphone's own sound is wanted in `voice`. */
  readonly voice: boolean;
}

/** Room for the quanta of one block. */
export const VOICE_FRAMES_MAX = 1152;

/** Worklet → window: 20 ms. */
export interface ChainBlock {
  /** First frame of the block on the context's clock, as it left the chain. */
  readonly frame: number;
  /** Interleaved stereo. */
  readonly samples: Int16Array<ArrayBuffer>;
  /** Of the microphone behind mute, 0..1 over the block. */
  readonly peak: number;
  readonly rms: number;
  readonly clipped: boolean;
  readonly reductionDb: number;
  readonly gateOpen: boolean;
  /** RNNoise gives nothing though it is wanted and there is something to hear. */
  readonly suppressionDead: boolean;
  /** The microphone alone behind gate and mute, mono; `voiceFrames` of it, 0 while it is not wanted. */
  readonly voice: Float32Array;
  readonly voiceFrames: number;
}
