import { checkDestinations, type DestinationCheck } from '../../../shared/domain/destination-choice.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { Destinations } from '../destinations/destinations.ts';
import type { StudioService } from '../studio/studio-service.ts';
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
    const { stream, studio, destinations, ffmpeg } = this.#parts;
    const opened = await Promise.all([...new Set(destinationIds)].map((id) => destinations.open(id)));
    studio.requireReady();
    await this.#parts.endRehearsal();
    const { picture } = studio.snapshot.settings;
    const sessionId = stream.goLive({
      destinations: opened.map(({ id, name, target }) => ({
        kind: 'rtmp' as const,
        id,
        name,
        server: target.server,
        key: target.key,
      })),
      ffmpeg,
      fps: picture.fps,
      bitrateKbps: picture.bitrateKbps,
      avatarId: studio.snapshot.avatar.id,
    });
    if (sessionId === null) throw new ReasonError('internal.unexpected', 'a broadcast without a session');
    return { sessionId };
  }
}
