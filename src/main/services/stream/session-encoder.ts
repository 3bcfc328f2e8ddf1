import type { EncoderChoice } from '../../../shared/domain/encoding.ts';
import type { MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import { ReasonError } from '../../../shared/errors.ts';
import { type EncoderPath, encoderPath } from './encoder-path.ts';
import type { Trials } from './ports.ts';

/** How one session is encoded, from the choice of the user down to what is left when encoders fail. */
export class SessionEncoder {
  readonly #choice: EncoderChoice;
  readonly #trials: Trials;
  readonly #failed = new Set<EncoderPath['source']>();
  #path: EncoderPath;
  #replaced = 0;
  #frames = 0;

  /** @throws ReasonError `encoder.unsupported` */
  constructor(choice: EncoderChoice, trials: Trials) {
    this.#choice = choice;
    this.#trials = trials;
    const path = this.#next();
    if (!path) throw new ReasonError('encoder.unsupported');
    this.#path = path;
  }

  get path(): EncoderPath {
    return this.#path;
  }

  /** Whether raw pictures are encoded by libx264, as far as the media process has said by whom. */
  isX264({ encoder }: MediaStatus): boolean {
    if (this.#path.source !== 'raw') return false;
    return (encoder?.name ?? this.#path.encoders[0]) === 'libx264';
  }

  /** One way is over. @returns the other one; null when that was the last */
  fail(source: EncoderPath['source']): EncoderPath | null {
    this.#failed.add(source);
    const next = this.#next();
    if (next) this.#path = next;
    return next;
  }

  /** Whether another encoder has taken over, and works, since it was asked last. */
  wasReplaced({ encoder }: MediaStatus): boolean {
    if (!encoder || encoder.replaced === this.#replaced) {
      this.#frames = encoder?.frames ?? 0;
      return false;
    }
    // One that is only being tried is not worth a word.
    if (encoder.frames <= this.#frames) return false;
    this.#replaced = encoder.replaced;
    return true;
  }

  /** @param pageEncoder as the page reports it */
  describe(status: MediaStatus, pageEncoder: string): NonNullable<StreamSnapshot['encoder']> {
    if (this.#path.source === 'encoded') {
      const asChosen = this.#choice === 'auto' || this.#choice === 'webcodecs';
      return { name: pageEncoder, fallback: asChosen ? null : 'encoder.fallback' };
    }
    if (!status.encoder) return { name: 'none', fallback: null };
    const name = `ffmpeg:${status.encoder.name}`;
    return { name, fallback: name === this.#choice ? null : 'encoder.fallback' };
  }

  #next(): EncoderPath | null {
    return encoderPath(this.#choice, {
      platform: process.platform,
      trials: this.#trials.known(),
      failed: this.#failed,
    });
  }
}
