const EVERY_MS = 1000;
/** So much between two beats means that the machine has slept. */
const SLEPT_MS = 8000;

/** Beats once a second while a session runs, and tells when the machine has slept in between. */
export class Heartbeat {
  readonly #onBeat: () => void;
  readonly #onWake: () => void;
  #timer: NodeJS.Timeout | null = null;
  #beatAt = 0;

  constructor(onBeat: () => void, onWake: () => void) {
    this.#onBeat = onBeat;
    this.#onWake = onWake;
  }

  start(): void {
    this.stop();
    this.#beatAt = Date.now();
    this.#timer = setInterval(() => this.#beat(), EVERY_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #beat(): void {
    const now = Date.now();
    const slept = now - this.#beatAt > SLEPT_MS;
    this.#beatAt = now;
    if (slept) this.#onWake();
    this.#onBeat();
  }
}
