import { PCM_SAMPLE_RATE } from '../../shared/domain/media-packet.ts';
import { AacEncoder } from './aac-encoder.ts';
import { AudioTimeline } from './audio-timeline.ts';
import type { AudioUnit } from './units.ts';

const TICK_MS = 20;
/** Sound may come this much later than the picture of the same moment before silence takes its place. */
const GRACE_US = 150_000;
const MAX_GRACE_US = 1_000_000;
/** Without new pictures silence goes on no longer than this. */
const MAX_AHEAD_MS = 500;

export interface AudioTrackOptions {
  readonly ffmpeg: string;
  readonly onUnit: (unit: AudioUnit) => void;
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

/**
 * The sound of a session: one gapless line that keeps up with the picture whether the microphone delivers or not,
 * encoded once.
 */
export class AudioTrack {
  readonly #encoder: AacEncoder;
  readonly #timeline: AudioTimeline;
  readonly #timer: NodeJS.Timeout;
  #graceUs = GRACE_US;
  #videoUs: number | null = null;
  #videoAtMs = 0;
  #firstUnitUs: number | null = null;

  constructor(options: AudioTrackOptions) {
    this.#encoder = new AacEncoder({
      ...options,
      onUnit: (unit) => {
        this.#firstUnitUs ??= unit.timeUs;
        options.onUnit(unit);
      },
    });
    this.#timeline = new AudioTimeline((samples) => this.#encoder.write(samples));
    this.#timer = setInterval(() => this.#keepUp(), TICK_MS);
  }

  get seconds(): number {
    return this.#timeline.position / PCM_SAMPLE_RATE;
  }

  get filledSeconds(): number {
    return this.#timeline.filled / PCM_SAMPLE_RATE;
  }

  /** First frame of sound minus first picture, in ms; null before it. */
  get offsetMs(): number | null {
    return this.#firstUnitUs === null ? null : this.#firstUnitUs / 1000;
  }

  /** @param timeUs session time of the first sample. */
  pcm(timeUs: number, data: Uint8Array): void {
    this.#timeline.pcm(timeUs, data);
    // A microphone whose way is longer than the grace would never be heard.
    const lateUs = (this.#timeline.lateSamples / PCM_SAMPLE_RATE) * 1e6;
    if (lateUs > 0) this.#graceUs = Math.min(MAX_GRACE_US, this.#graceUs + lateUs);
  }

  /** A picture of this session time has come. */
  picture(timeUs: number): void {
    this.#videoUs = timeUs;
    this.#videoAtMs = performance.now();
    this.#keepUp();
  }

  /** Completes the line up to `timeUs` and delivers all of it; true when the encoder had to be killed. */
  async end(timeUs: number, graceMs: number): Promise<boolean> {
    clearInterval(this.#timer);
    this.#timeline.fillTo(timeUs);
    return this.#encoder.end(graceMs);
  }

  #keepUp(): void {
    if (this.#videoUs === null) return;
    const sinceMs = Math.min(performance.now() - this.#videoAtMs, MAX_AHEAD_MS);
    this.#timeline.fillTo(this.#videoUs + sinceMs * 1000 - this.#graceUs);
  }
}
