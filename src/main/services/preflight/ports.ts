import type { EncoderChoice } from '../../../shared/domain/encoding.ts';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { RtmpTarget } from '../../../shared/domain/rtmp-url.ts';
import type { ServiceOffer } from '../../../shared/domain/services.ts';
import type { Picture, StudioSettings, StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { Reason, ReasonError } from '../../../shared/errors.ts';
import type { Destination } from '../../../shared/ipc/destinations.ts';

/** What the checklist asks the studio; the studio service is one. */
export interface CheckedStudio {
  readonly snapshot: Pick<StudioSnapshot, 'settings' | 'tracking'>;
  readonly report: PipelineReport | null;
  waitForReport(
    fits: (report: PipelineReport) => boolean,
    timeoutMs: number,
    reason: ReasonError,
    signal?: AbortSignal,
  ): Promise<PipelineReport>;
  /** @throws ReasonError `stream.already-live` */
  configure(patch: { picture?: Picture; second?: StudioSettings['second'] }): Promise<void>;
}

/** What it asks the saved destinations; their service is one. */
export interface CheckedDestinations {
  list(): readonly Destination[];
  /** @throws ReasonError `destination.*`, `secrets.unreadable` */
  open(id: string): Promise<{ readonly target: RtmpTarget }>;
}

/**
 * Greets a server as a publisher would, and leaves. It is not told the stream key.
 * @throws ReasonError `destination.dns`, `.refused`, `.timeout`, `.tls`, `.closed`, `.rejected`
 */
export type ProbeDestination = (
  target: Pick<RtmpTarget, 'protocol' | 'host' | 'port' | 'app'>,
  signal: AbortSignal,
) => Promise<void>;

/** Encodes a moment with the chosen encoder of the FFmpeg path: why it does not work, or null. */
export type TryEncoder = (choice: EncoderChoice) => Promise<Reason | null>;

/** Profile of the H.264 that an encoder makes of a picture. */
export type ProfileOf = (choice: EncoderChoice, height: number) => ServiceOffer['profile'];
