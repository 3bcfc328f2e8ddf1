import { PCM_CHANNELS, PCM_SAMPLE_RATE } from '../../shared/domain/media-packet.ts';

const BYTES_PER_SAMPLE = 2 * PCM_CHANNELS;
const TOLERANCE_SAMPLES = PCM_SAMPLE_RATE / 50;
const SILENCE = new Uint8Array(PCM_SAMPLE_RATE * BYTES_PER_SAMPLE);

/**
 * One gapless line of 48 kHz stereo samples that begins at session time 0. Blocks go where their timestamp says:
 * a gap is filled with silence, an overlap is trimmed, and a difference under 20 ms (jitter, clocks drifting
 * apart) is let pass so that steady sound is never cut.
 */
export class AudioTimeline {
  readonly #write: (samples: Uint8Array) => void;
  #position = 0;
  #filled = 0;
  #lateSamples = 0;

  /** @param write takes interleaved s16le samples in order, without gaps. */
  constructor(write: (samples: Uint8Array) => void) {
    this.#write = write;
  }

  /** End of the line, in samples since session start. */
  get position(): number {
    return this.#position;
  }

  get positionUs(): number {
    return (this.#position / PCM_SAMPLE_RATE) * 1e6;
  }

  /** Samples of silence put in by {@link fillTo} or for gaps. */
  get filled(): number {
    return this.#filled;
  }

  /** Samples by which the last block came too late to be heard. */
  get lateSamples(): number {
    return this.#lateSamples;
  }

  /** @param timeUs session time of the first sample, @param data interleaved s16le stereo. */
  pcm(timeUs: number, data: Uint8Array): void {
    const at = Math.round((timeUs / 1e6) * PCM_SAMPLE_RATE);
    const ahead = at - this.#position;
    this.#lateSamples = 0;
    if (ahead >= TOLERANCE_SAMPLES) {
      this.#silence(ahead);
    } else if (ahead <= -TOLERANCE_SAMPLES || (this.#position === 0 && ahead < 0)) {
      const samples = data.length / BYTES_PER_SAMPLE;
      const trimmed = Math.min(samples, -ahead);
      if (this.#position > 0) this.#lateSamples = -ahead;
      if (trimmed === samples) return;
      this.#append(data.subarray(trimmed * BYTES_PER_SAMPLE));
      return;
    }
    this.#append(data);
  }

  /** Silence up to `timeUs`, when the line has not come so far. */
  fillTo(timeUs: number): void {
    const missing = Math.floor((timeUs / 1e6) * PCM_SAMPLE_RATE) - this.#position;
    if (missing > 0) this.#silence(missing);
  }

  #silence(samples: number): void {
    this.#filled += samples;
    for (let left = samples; left > 0; left -= PCM_SAMPLE_RATE) {
      this.#append(SILENCE.subarray(0, Math.min(left, PCM_SAMPLE_RATE) * BYTES_PER_SAMPLE));
    }
  }

  #append(data: Uint8Array): void {
    this.#position += data.length / BYTES_PER_SAMPLE;
    this.#write(data);
  }
}
