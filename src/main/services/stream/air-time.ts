import type { Reason } from '../../../shared/errors.ts';
import type { SessionLog } from './ports.ts';

/** How long a session has been on the air, and the row that is kept of a broadcast. */
export class AirTime {
  readonly #sessions: SessionLog;
  #row: string | null = null;
  #requestedAt = 0;
  #startedAt: number | null = null;
  /** What it came to, once it ends. */
  #seconds: number | null = null;

  constructor(sessions: SessionLog) {
    this.#sessions = sessions;
  }

  /** The open row; null: of a recording alone, or of a rehearsal, none is kept. */
  get row(): string | null {
    return this.#row;
  }

  /** When the first destination took it; null: not yet. */
  get startedAt(): number | null {
    return this.#startedAt;
  }

  get seconds(): number {
    if (this.#seconds !== null) return this.#seconds;
    return this.#startedAt === null ? 0 : (Date.now() - this.#startedAt) / 1000;
  }

  /** Milliseconds from the request to the first byte a destination took. */
  get liveMs(): number | null {
    return this.#startedAt === null ? null : this.#startedAt - this.#requestedAt;
  }

  /** It is asked for now. */
  request(): void {
    this.#requestedAt = Date.now();
    this.#startedAt = null;
    this.#seconds = null;
  }

  /** Its row is this one; null: it has none. */
  keep(row: string | null): void {
    this.#row = row;
  }

  /** It is on the air from now on. */
  start(): void {
    this.#startedAt = Date.now();
    this.#seconds = null;
  }

  /** Loses no more than what passes until the next beat. */
  beat(): void {
    if (this.#row && this.#startedAt !== null) this.#sessions.heartbeat(this.#row, this.seconds);
  }

  /** What comes while it ends does not count. */
  stop(): void {
    this.#seconds = this.seconds;
  }

  /** @param reason why it ended by itself; null: because it was told to */
  close(reason: Reason | null): void {
    if (!this.#row) return;
    const good = this.#startedAt !== null && reason === null;
    this.#sessions.close(this.#row, this.seconds, good ? 'ended' : 'failed');
    this.#row = null;
  }
}
