import { PCM_SAMPLE_RATE } from '../../shared/domain/media-packet.ts';
import { AacEncoder } from './aac-encoder.ts';
import { AudioTimeline } from './audio-timeline.ts';
import type { AudioUnit } from './units.ts';

/** While no pictures come. */
const TICK_MS = 100;
/** Sound may come this much later than the picture of the same moment before silence takes its place. */
const GRACE_US = 150_000;
const MAX_GRACE_US = 1_000_000;
/** Without new pictures silence goes on no longer than this. */
const MAX_AHEAD_MS = 500;
/** Sound is handed on at most this much before the picture of its time. */
const MAX_UNIT_AHEAD_US = 200_000;
/** Without sound for so long there is no drift to speak of. */
const DRIFT_KNOWN_MS = 2_000;

export interface AudioTrackOptions {
  readonly ffmpeg: string;
  /** See {@link AudioTrack.setOffsetMs}; 0 when left out. */
  readonly offsetMs?: number;
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
  readonly #onUnit: (unit: AudioUnit) => void;
  /** Encoded sound whose picture has not come yet, oldest first. */
  #held: AudioUnit[] = [];
  #graceUs = GRACE_US;
  #shiftUs: number;
  #videoUs: number | null = null;
  #videoAtMs = 0;
  #soundAtMs = Number.NEGATIVE_INFINITY;
  #firstUnitUs: number | null = null;

  constructor(options: AudioTrackOptions) {
    this.#onUnit = options.onUnit;
    this.#shiftUs = (options.offsetMs ?? 0) * 1000;
    this.#encoder = new AacEncoder({
      ...options,
      onUnit: (unit) => {
        this.#held.push(unit);
        this.#release(this.#nowUs() + MAX_UNIT_AHEAD_US);
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

  /** Where the timestamps of the sound say it should be minus where it is, ms; null while none comes. */
  get driftMs(): number | null {
    return performance.now() - this.#soundAtMs < DRIFT_KNOWN_MS ? this.#timeline.driftMs : null;
  }

  /** Of the AAC encoder; null while it is being replaced. */
  get pid(): number | null {
    return this.#encoder.pid;
  }

  /**
   * Sound later (positive) or earlier than its timestamps say, from the next block on: silence is put in, or sound is
   * left out.
   */
  setOffsetMs(ms: number): void {
    if (ms * 1000 === this.#shiftUs) return;
    this.#shiftUs = ms * 1000;
    this.#timeline.realign();
  }

  /** @param timeUs session time of the first sample. */
  pcm(timeUs: number, data: Uint8Array): void {
    this.#soundAtMs = performance.now();
    this.#timeline.pcm(timeUs + this.#shiftUs, data);
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
    const killed = await this.#encoder.end(graceMs);
    this.#release(timeUs);
    return killed;
  }

  #keepUp(): void {
    if (this.#videoUs === null) return;
    const nowUs = this.#nowUs();
    // Sound that is moved to an earlier time comes so much later for it.
    this.#timeline.fillTo(nowUs - this.#graceUs + Math.min(0, this.#shiftUs));
    this.#release(nowUs + MAX_UNIT_AHEAD_US);
  }

  #nowUs(): number {
    const sinceMs = Math.min(performance.now() - this.#videoAtMs, MAX_AHEAD_MS);
    return (this.#videoUs ?? 0) + sinceMs * 1000;
  }

  #release(untilUs: number): void {
    while (this.#held.length > 0 && this.#held[0]!.timeUs <= untilUs) {
      const unit = this.#held.shift()!;
      this.#firstUnitUs ??= unit.timeUs;
      this.#onUnit(unit);
    }
  }
}
