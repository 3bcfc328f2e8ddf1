import type { SecondSource } from '../../../shared/domain/audio-chain.ts';
import { NO_SECOND_SOURCE } from '../../../shared/domain/audio-chain.ts';
import type { CAMERA_STATES } from '../../../shared/domain/report.ts';
import type { Reason } from '../../../shared/errors.ts';

/** State of the second source as it is published. */
export interface SecondState {
  readonly state: (typeof CAMERA_STATES)[number];
  /** `sound.not-found`, `sound.not-audio` or `sound.no-system-audio` when it failed. */
  readonly reason: Reason | null;
}
const SECOND_OFF: SecondState = { state: 'off', reason: null };

/** What is to be mixed to the microphone. */
export type SecondWanted =
  | { readonly kind: 'track'; readonly track: MediaStreamTrack }
  | { readonly kind: 'sound'; readonly buffer: AudioBuffer };

const RETRY_AFTER_MS = 5000;
const SAMPLE_RATE = 48_000;

/** The chosen second source: finds out whether it can be heard, and loads the sound of the library. */
export class SecondInput {
  private readonly changed: () => void;
  private source: SecondSource = NO_SECOND_SOURCE;
  private url: string | null = null;
  private system: MediaStreamTrack | null = null;
  private sound: SecondWanted | null = null;
  private systemAudio: SecondWanted | null = null;
  private soundState: SecondState = SECOND_OFF;
  /** Grows with every load: an answer to an older one is dropped. */
  private attempt = 0;
  private timer = 0;
  private readonly ended = () => this.setSystemAudio(null);

  /** @param changed hears whenever `wanted` or `gainDb` may have changed */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  get state(): SecondState {
    switch (this.source.source) {
      case 'none':
        return SECOND_OFF;
      case 'system':
        return this.system
          ? { state: 'running', reason: null }
          : { state: 'failed', reason: 'sound.no-system-audio' };
      default:
        return this.soundState;
    }
  }

  /** Null while there is nothing to hear of it. The same object as long as it is the same source. */
  get wanted(): SecondWanted | null {
    return this.source.source === 'system' ? this.systemAudio : this.sound;
  }

  get gainDb(): number {
    return this.source.gainDb;
  }

  choose(source: SecondSource, url: string | null): void {
    const same = source.source === this.source.source && url === this.url;
    if (same && source.gainDb === this.source.gainDb) return;
    this.source = source;
    this.url = url;
    if (!same) {
      this.forget();
      if (source.source !== 'none' && source.source !== 'system') this.load();
    }
    this.changed();
  }

  setSystemAudio(track: MediaStreamTrack | null): void {
    if (track === this.system) return;
    this.system?.removeEventListener('ended', this.ended);
    this.system = track;
    this.systemAudio = track ? { kind: 'track', track } : null;
    track?.addEventListener('ended', this.ended);
    this.changed();
  }

  close(): void {
    this.system?.removeEventListener('ended', this.ended);
    this.forget();
  }

  private forget(): void {
    window.clearTimeout(this.timer);
    this.attempt++;
    this.sound = null;
    this.soundState = SECOND_OFF;
  }

  private load(): void {
    const attempt = ++this.attempt;
    this.soundState = { state: 'starting', reason: this.soundState.reason };
    const settle = (sound: SecondWanted | null, reason: Reason | null): void => {
      if (attempt !== this.attempt) return;
      this.sound = sound;
      this.soundState = { state: sound ? 'running' : 'failed', reason };
      // What is not there may come back; what is no sound stays none.
      if (reason === 'sound.not-found') this.timer = window.setTimeout(() => this.load(), RETRY_AFTER_MS);
      this.changed();
    };
    loadSound(this.url).then(
      (buffer) => settle({ kind: 'sound', buffer }, null),
      (error: unknown) => settle(null, soundReason(error)),
    );
  }
}

class MissingSound extends Error {}

/** Only what the decoder itself refuses is no sound; everything else is a file that could not be had. */
function soundReason(error: unknown): Reason {
  return error instanceof DOMException && error.name === 'EncodingError'
    ? 'sound.not-audio'
    : 'sound.not-found';
}

async function loadSound(url: string | null): Promise<AudioBuffer> {
  if (url === null) throw new MissingSound();
  const answer = await fetch(url);
  if (!answer.ok) throw new MissingSound(String(answer.status));
  // Decodes at the chain's rate without a device.
  const decoder = new OfflineAudioContext(2, 1, SAMPLE_RATE);
  return decoder.decodeAudioData(await answer.arrayBuffer());
}
