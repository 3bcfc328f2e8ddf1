import { checkDestinations, type DestinationCheck } from '../../../shared/domain/destination-choice.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { MediaDestination } from '../../media/protocol.ts';
import type { Destinations } from '../destinations/destinations.ts';
import type { StudioService } from '../studio/studio-service.ts';
import { renditionFor } from './session-plan.ts';
import type { StreamService } from './stream-service.ts';

export interface GoLiveParts {
  readonly stream: StreamService;
  readonly studio: StudioService;
  readonly destinations: Destinations;
  readonly ffmpeg: string;
  /** Makes room: a rehearsal, also one that is still getting ready, gives way to the real thing. */
  readonly endRehearsal: () => Promise<void>;
}

/** Going live to saved destinations, the same from the window, the tray and a shortcut. */
export class GoLive {
  readonly #parts: GoLiveParts;

  constructor(parts: GoLiveParts) {
    this.#parts = parts;
  }

  /** Whether the ticked destinations can be gone live to, and if not, the first thing to do about it. */
  check(): DestinationCheck {
    const { studio, destinations } = this.#parts;
    const ready = studio.report?.avatar.state === 'shown';
    return checkDestinations(destinations.list(), studio.snapshot.settings.ticks, ready);
  }

  /**
   * Begins a broadcast; the stream snapshot tells the rest.
   * @throws ReasonError `stream.already-live`, `stream.not-ready`, `destination.*`, `secrets.unreadable`
   */
  async start(destinationIds: readonly string[]): Promise<{ sessionId: string }> {
    const { stream, studio, ffmpeg } = this.#parts;
    const opened = await Promise.all([...new Set(destinationIds)].map((id) => this.#open(id)));
    studio.requireReady();
    await this.#parts.endRehearsal();
    const { settings, avatar } = studio.snapshot;
    const sessionId = stream.goLive({ destinations: opened, ffmpeg, settings, avatarId: avatar.id });
    if (sessionId === null) throw new ReasonError('internal.unexpected', 'a broadcast without a session');
    return { sessionId };
  }

  /**
   * Sends the running broadcast to one saved destination more, or ends it for that one alone.
   * @throws ReasonError `stream.not-live`, `destination.*`, `secrets.unreadable`
   */
  async enable(id: string, on: boolean): Promise<void> {
    const { stream, studio } = this.#parts;
    if (stream.snapshot.kind !== 'broadcast' || stream.snapshot.phase === 'idle') {
      throw new ReasonError('stream.not-live');
    }
    if (on) stream.add(await this.#open(id));
    else await stream.remove(id);
    await studio.setTick(id, on);
  }

  /**
   * Connects one destination of the running broadcast again at once, as it is saved now.
   * @throws ReasonError `stream.not-live`, `destination.*`, `secrets.unreadable`
   */
  async retry(id: string): Promise<void> {
    this.#parts.stream.reconnect(await this.#open(id));
  }

  async #open(destinationId: string): Promise<MediaDestination> {
    const { destinations, studio } = this.#parts;
    const { id, name, target } = await destinations.open(destinationId);
    const { server, key } = target;
    return { kind: 'rtmp', id, name, server, key, rendition: renditionFor(id, studio.snapshot.settings) };
  }
}
