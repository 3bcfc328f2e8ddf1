import type { Rendition } from '../../../shared/domain/encoding.ts';
import { type DestinationStatus, isOver, type MediaStatus } from '../../../shared/domain/stream-state.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { MediaDestination } from '../../media/protocol.ts';
import { RECORDING_ID } from '../recording/ports.ts';

/** Longer than a destination's own patience with a server at its end. */
const LEAVE_TIMEOUT_MS = 7000;
/** The media process names what it was told of within two of its own reports. */
const NAMED_MS = 1500;
const LOOK_MS = 50;

export interface MembersMedia {
  add(destination: MediaDestination): void;
  remove(id: string): void;
  retry(id: string): void;
}

/** The destinations that a session is meant to have, beside what the media process says of them. */
export class Members {
  readonly #media: MembersMedia;
  /** When a destination joined the running session: what was said of its id before is about its forerunner. */
  readonly #joinedAt = new Map<string, number>();
  /** As they were when they were live: what served once in this session is tried again when it fails. */
  readonly #wasLive = new Map<string, MediaDestination>();
  #wanted: readonly MediaDestination[] = [];
  #renditions: readonly Rendition[] = [];
  #said: readonly DestinationStatus[] = [];

  constructor(media: MembersMedia) {
    this.#media = media;
  }

  get wanted(): readonly MediaDestination[] {
    return this.#wanted;
  }

  /** A session begins, of these renditions. @returns the destinations as it gets them */
  begin(destinations: readonly MediaDestination[], renditions: readonly Rendition[]): MediaDestination[] {
    this.#renditions = renditions;
    this.#wanted = destinations.map((each) => this.#known(each));
    this.#joinedAt.clear();
    this.#wasLive.clear();
    this.#said = [];
    return [...this.#wanted];
  }

  /** More destinations for the running session, or some that have ended anew. */
  join(destinations: readonly MediaDestination[]): void {
    for (const known of destinations.map((each) => this.#known(each))) {
      const destination = this.#proven(known) ? { ...known, resumed: true } : known;
      this.#joinedAt.set(destination.id, Date.now());
      this.#said = this.#said.filter(({ id }) => id !== destination.id);
      this.#media.add(destination);
      this.#wanted = [...this.#wanted.filter(({ id }) => id !== destination.id), destination];
    }
  }

  /**
   * Tells these to end and waits until they have. One that is never named was not begun, or is gone with the process
   * that knew it.
   * @param abandoned asked while waiting: the session itself has ended, and these with it
   * @returns the names of those that would not
   */
  async drop(ids: readonly string[], abandoned: () => boolean): Promise<readonly string[]> {
    const names = new Map(this.#wanted.map(({ id, name }) => [id, name]));
    for (const id of ids) this.#media.remove(id);
    this.#wanted = this.#wanted.filter(({ id }) => !ids.includes(id));
    const askedAt = Date.now();
    const seen = new Set<string>();
    while (!abandoned()) {
      const passedMs = Date.now() - askedAt;
      const left = ids.filter((id) => {
        const status = this.#said.find((each) => each.id === id);
        if (!status) return !seen.has(id) && passedMs < NAMED_MS;
        seen.add(id);
        return !isOver(status.state);
      });
      if (left.length === 0 || passedMs > LEAVE_TIMEOUT_MS) return left.map((id) => names.get(id) ?? id);
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
    return [];
  }

  /**
   * Takes what the media process says, without what it said of destinations that have joined anew since.
   * @returns it without those that were ended for good
   */
  hear(status: MediaStatus): MediaStatus {
    this.#said = status.destinations.filter((each) => {
      const joinedAt = this.#joinedAt.get(each.id);
      if (joinedAt === undefined || !isOver(each.state)) return true;
      return (each.history.at(-1)?.atMs ?? 0) >= joinedAt;
    });
    for (const { id, state } of this.#said) {
      const destination = this.#wanted.find((each) => each.id === id);
      if (destination && state === 'live') this.#wasLive.set(id, destination);
    }
    return {
      ...status,
      destinations: this.#said.filter(({ id, state }) => !isOver(state) || this.has(id)),
    };
  }

  /**
   * Connects one destination again at once, with another server or key anew.
   * @throws ReasonError `destination.not-found`
   */
  reconnect(destination: MediaDestination): void {
    const running = this.#wanted.find(({ id }) => id === destination.id);
    if (!running) throw new ReasonError('destination.not-found', destination.id);
    if (sameTarget(running, destination)) {
      this.#media.retry(destination.id);
      return;
    }
    this.#media.remove(destination.id);
    this.join([destination]);
  }

  /** A recording was asked for and is not known to be over. */
  get recording(): boolean {
    if (!this.has(RECORDING_ID)) return false;
    const status = this.#said.find(({ id }) => id === RECORDING_ID);
    return status === undefined || !isOver(status.state);
  }

  has(id: string): boolean {
    return this.#wanted.some((each) => each.id === id);
  }

  /** Servers and files but the recording that are not over, whether they are wanted any more or not. */
  get others(): readonly string[] {
    const wanted = this.#wanted.map(({ id }) => id);
    const said = this.#said.filter(({ state }) => !isOver(state)).map(({ id }) => id);
    return [...new Set([...wanted, ...said])].filter((id) => id !== RECORDING_ID);
  }

  /** What makes a session what it is: the file of a recording, or the servers of a broadcast. */
  own(isRecording: boolean): readonly DestinationStatus[] {
    return this.#said.filter(({ id }) => this.has(id) && (id === RECORDING_ID) === isRecording);
  }

  /** An encode that this session was begun without is none: such a destination gets the main one. */
  #known(destination: MediaDestination): MediaDestination {
    const has = this.#renditions.some(({ name }) => name === (destination.rendition ?? 'main'));
    return has ? destination : { ...destination, rendition: 'main' };
  }

  /** The same server took the same key before. */
  #proven(destination: MediaDestination): boolean {
    const before = this.#wasLive.get(destination.id);
    return before !== undefined && sameTarget(before, destination);
  }
}

function sameTarget(a: MediaDestination, b: MediaDestination): boolean {
  return a.kind === 'rtmp' && b.kind === 'rtmp' && a.server === b.server && a.key === b.key;
}
