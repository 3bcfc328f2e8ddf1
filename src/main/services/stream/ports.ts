import type { EncoderTrial } from '../../../shared/domain/encoding.ts';
import type { StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { ReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';
import type { MediaDestination } from '../../media/protocol.ts';
import type { MediaSupervisor } from './media-supervisor.ts';
import type { SessionSettings } from './session-plan.ts';

/** Where broadcasts are written down (`streaming_sessions`). */
export interface SessionLog {
  /** Opens a row. @returns its id */
  open(info: { startedAt: Date; avatarId: string; destinations: readonly string[] }): string;
  /** Keeps the duration of an open row up to date, so that a crash loses seconds, not the row. */
  heartbeat(id: string, seconds: number): void;
  close(id: string, seconds: number, outcome: 'ended' | 'failed'): void;
}

/** Switches the encoders of the page. */
export interface Programme {
  setBroadcast(broadcast: StudioSnapshot['broadcast']): void;
}

/** What is known of this machine's FFmpeg encoders. */
export interface Trials {
  /** Of the last trials; empty before the first. */
  known(): readonly EncoderTrial[];
}

export interface GoLivePlan {
  /** A rehearsal is written down nowhere. Default: a broadcast. */
  readonly kind?: 'broadcast' | 'rehearsal';
  readonly destinations: readonly MediaDestination[];
  readonly ffmpeg: string;
  readonly settings: SessionSettings;
  readonly avatarId: string;
}

export interface StreamOptions {
  readonly media: MediaSupervisor;
  readonly programme: Programme;
  readonly sessions: SessionLog;
  readonly trials: Trials;
  readonly publish: (snapshot: StreamSnapshot) => void;
  /** Told what a user should know while the stream goes on: the card, another encoder, what had to be killed. */
  readonly onTrouble: (error: ReasonError) => void;
  readonly log: Log;
}
