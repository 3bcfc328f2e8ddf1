import { z } from 'zod';
import {
  type EncoderChoice,
  type EncoderTrial,
  encoderOrder,
  encoderTrialSchema,
  ffmpegEncoderOf,
} from '../../../shared/domain/encoding.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { EncodersSnapshot } from '../../../shared/ipc/encoders.ts';
import type { Trials } from '../stream/ports.ts';
import type { TrialStore, TryEncoders } from './ports.ts';

const KEY = 'encoder-trials';
const keptSchema = z.object({ machine: z.string(), trials: z.array(encoderTrialSchema) });

export interface EncoderTrialsOptions {
  readonly tryEncoders: TryEncoders;
  readonly store: TrialStore;
  /** FFmpeg, system and graphics driver: answers of another one say nothing about this one. */
  readonly machine: string;
  readonly platform: string;
  readonly publish: (snapshot: EncodersSnapshot) => void;
}

/**
 * Which FFmpeg encoders work here, by having encoded with them: lists of FFmpeg name those that it was built with,
 * not those that the machine can run. Answers are kept until FFmpeg, system or driver change.
 */
export class EncoderTrials implements Trials {
  readonly #options: EncoderTrialsOptions;
  #trials: readonly EncoderTrial[];
  #running: Promise<readonly EncoderTrial[]> | null = null;

  constructor(options: EncoderTrialsOptions) {
    this.#options = options;
    const kept = keptSchema.safeParse(options.store.get(KEY));
    this.#trials = kept.success && kept.data.machine === options.machine ? kept.data.trials : [];
    this.#publish();
  }

  known(): readonly EncoderTrial[] {
    return this.#trials;
  }

  /** Tries all of this system, one after the other; a second call joins the first. @throws ReasonError `media.*` */
  run(): Promise<readonly EncoderTrial[]> {
    this.#running ??= this.#try().finally(() => {
      this.#running = null;
      this.#publish();
    });
    this.#publish();
    return this.#running;
  }

  /** Why the chosen encoder does not work; null when it does, or when the page's own is chosen. */
  async check(choice: EncoderChoice): Promise<Reason | null> {
    const encoder = ffmpegEncoderOf(choice);
    if (!encoder) return null;
    const of = (trials: readonly EncoderTrial[]) => trials.find((trial) => trial.encoder === encoder);
    const trial = of(this.#trials) ?? of(await this.run());
    return trial?.works ? null : 'encoder.failed';
  }

  async #try(): Promise<readonly EncoderTrial[]> {
    const { tryEncoders, store, machine, platform } = this.#options;
    const trials = await tryEncoders(encoderOrder(platform));
    this.#trials = trials;
    store.set(KEY, { machine, trials });
    return trials;
  }

  #publish(): void {
    const { platform, publish } = this.#options;
    publish({
      running: this.#running !== null,
      order: [...encoderOrder(platform)],
      trials: [...this.#trials],
    });
  }
}
