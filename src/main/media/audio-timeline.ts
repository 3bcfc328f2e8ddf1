import { PCM_CHANNELS, PCM_SAMPLE_RATE } from '../../shared/domain/media-packet.ts';
import { AudioResampler } from './audio-resampler.ts';
import { DriftController } from './drift-controller.ts';

const BYTES_PER_SAMPLE = 2 * PCM_CHANNELS;
/** Farther apart than this is no drift but sound that is missing or came twice. */
const GAP_SAMPLES = 0.06 * PCM_SAMPLE_RATE;
/** Apart by this for a second: too much to be brought in by speed alone. */
const PERSISTENT_S = 0.018;
/** 2 ms: sound that is cut or begins anew passes over in so many samples, so that it does not click. */
const JOIN_SAMPLES = 96;
const SILENCE = new Uint8Array(PCM_SAMPLE_RATE * BYTES_PER_SAMPLE);

/**
 * One gapless line of 48 kHz stereo samples that begins at session time 0. Sound goes where its timestamps say: clocks
 * that run apart are brought together by playing it up to 0.5 % faster or slower, a gap is filled with silence, an
 * overlap is trimmed.
 */
export class AudioTimeline {
  readonly #write: (samples: Uint8Array) => void;
  readonly #resampler = new AudioResampler();
  readonly #drift = new DriftController();
  #position = 0;
  #filled = 0;
  #lateSamples = 0;
  /** The end of the line is sound: what follows joins it. */
  #sounding = false;
  /** The end of the line is silence that took the place of sound which had not come. */
  #endIsFilled = false;
  /** Last samples of the line before the resampler. */
  #lastLeft = 0;
  #lastRight = 0;

  /** @param write takes interleaved s16le samples in order, without gaps; they are not touched afterwards. */
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

  /** Samples by which the last block came too late to be heard, because silence had taken its place. */
  get lateSamples(): number {
    return this.#lateSamples;
  }

  /** Where the timestamps say the sound should be minus where it is, smoothed over a second. */
  get driftMs(): number {
    return this.#drift.errorS * 1000;
  }

  /** The next block goes exactly to its time, however little it is away from it. */
  realign(): void {
    this.#sounding = false;
  }

  /** @param timeUs session time of the first sample, @param data interleaved s16le stereo. */
  pcm(timeUs: number, data: Uint8Array): void {
    const at = (timeUs / 1e6) * PCM_SAMPLE_RATE;
    const ahead = at - this.#position - this.#resampler.pending;
    this.#lateSamples = 0;
    if (this.#sounding && Math.abs(ahead) < GAP_SAMPLES) {
      const step = this.#drift.step(
        ahead / PCM_SAMPLE_RATE,
        data.length / BYTES_PER_SAMPLE / PCM_SAMPLE_RATE,
      );
      if (Math.abs(this.#drift.errorS) < PERSISTENT_S) {
        this.#append(data, step);
        return;
      }
    }
    this.#place(Math.round(ahead), data);
  }

  /** Silence up to `timeUs`, when the line has not come so far. */
  fillTo(timeUs: number): void {
    const missing = Math.floor((timeUs / 1e6) * PCM_SAMPLE_RATE) - this.#position;
    if (missing <= 0) return;
    this.#silence(missing);
    this.#sounding = false;
    this.#endIsFilled = true;
  }

  #place(ahead: number, data: Uint8Array): void {
    this.#drift.settle();
    const samples = data.length / BYTES_PER_SAMPLE;
    const trimmed = Math.min(samples, Math.max(0, -ahead));
    if (ahead > 0) this.#silence(ahead);
    else if (this.#endIsFilled) this.#lateSamples = Math.abs(ahead);
    // What is trimmed whole leaves the line waiting for its time to come.
    this.#sounding = trimmed < samples;
    if (!this.#sounding) return;
    const kept = data.subarray(trimmed * BYTES_PER_SAMPLE);
    this.#append(ahead === 0 ? kept : this.#joined(kept), 1);
  }

  #silence(samples: number): void {
    this.#filled += samples;
    const begin = Math.min(samples, JOIN_SAMPLES);
    this.#append(this.#joined(SILENCE.subarray(0, begin * BYTES_PER_SAMPLE)), 1);
    for (let left = samples - begin; left > 0; left -= PCM_SAMPLE_RATE) {
      this.#append(SILENCE.subarray(0, Math.min(left, PCM_SAMPLE_RATE) * BYTES_PER_SAMPLE), 1);
    }
  }

  /** The samples, passing over from the last ones of the line. */
  #joined(data: Uint8Array): Uint8Array {
    const joined = data.slice();
    const view = new DataView(joined.buffer, joined.byteOffset, joined.byteLength);
    const samples = Math.min(JOIN_SAMPLES, joined.length / BYTES_PER_SAMPLE);
    for (let i = 0; i < samples; i++) {
      const share = (i + 1) / (samples + 1);
      const at = i * BYTES_PER_SAMPLE;
      view.setInt16(at, Math.round(this.#lastLeft * (1 - share) + view.getInt16(at, true) * share), true);
      view.setInt16(
        at + 2,
        Math.round(this.#lastRight * (1 - share) + view.getInt16(at + 2, true) * share),
        true,
      );
    }
    return joined;
  }

  #append(data: Uint8Array, step: number): void {
    if (data.length < BYTES_PER_SAMPLE) return;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#lastLeft = view.getInt16(data.length - BYTES_PER_SAMPLE, true);
    this.#lastRight = view.getInt16(data.length - BYTES_PER_SAMPLE + 2, true);
    this.#endIsFilled = false;
    const samples = this.#resampler.push(data, step);
    if (samples.length === 0) return;
    this.#position += samples.length / BYTES_PER_SAMPLE;
    this.#write(samples);
  }
}
