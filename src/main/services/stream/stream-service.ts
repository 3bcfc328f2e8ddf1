import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { Log } from '../../logging/log.ts';
import type { MediaDestination } from '../../media/protocol.ts';
import type { MediaSupervisor } from './media-supervisor.ts';
import { EMPTY_STATUS } from './merge-status.ts';
import type { Programme, SessionLog } from './ports.ts';

export interface GoLivePlan {
  /** A rehearsal is written down nowhere. Default: a broadcast. */
  readonly kind?: StreamSnapshot['kind'];
  readonly destinations: readonly MediaDestination[];
  readonly ffmpeg: string;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly avatarId: string;
}

export interface StreamOptions {
  readonly media: MediaSupervisor;
  readonly programme: Programme;
  readonly sessions: SessionLog;
  readonly publish: (snapshot: StreamSnapshot) => void;
  /** Told `stream.card-shown` whenever viewers begin to see the card. */
  readonly onCard: (error: ReasonError) => void;
  readonly log: Log;
}

const HEARTBEAT_MS = 1000;
const NO_LOSSES = { render: 0, encode: 0, network: 0, frames: 0 };

/**
 * One broadcast at a time: `idle → starting → live → stopping → idle`. Live means that at least one destination
 * takes bytes. When every destination has failed the broadcast ends by itself and says why.
 */
export class StreamService {
  private readonly options: StreamOptions;
  private phase: StreamSnapshot['phase'] = 'idle';
  private kind: StreamSnapshot['kind'] = 'broadcast';
  private epoch = 0;
  private sessionId: string | null = null;
  private requestedAt = 0;
  private startedAt: number | null = null;
  private endedSeconds = 0;
  private reason: Reason | null = null;
  private status: MediaStatus = EMPTY_STATUS;
  private losses: StreamSnapshot['losses'] = NO_LOSSES;
  private heartbeat: NodeJS.Timeout | null = null;
  private stopping: Promise<void> | null = null;
  private readonly phaseListeners = new Set<(snapshot: StreamSnapshot) => void>();

  constructor(options: StreamOptions) {
    this.options = options;
    options.media.onStatus((status) => this.takeStatus(status));
    options.media.onFailure((error) => void this.endBecause(error.reason));
    this.publish();
  }

  get snapshot(): StreamSnapshot {
    return {
      phase: this.phase,
      kind: this.kind,
      sessionId: this.sessionId,
      startedAt: this.startedAt,
      elapsedSeconds: this.elapsedSeconds(),
      destinations: this.status.destinations,
      losses: { ...this.losses, network: this.status.destinations.reduce((sum, d) => sum + d.dropped, 0) },
      media: { restarts: this.options.media.restarts, gapMs: this.options.media.gapMs },
      card: this.phase === 'live' && this.status.card,
      reason: this.reason,
    };
  }

  /** The media process's own words, for the report. */
  get mediaStatus(): MediaStatus {
    return this.status;
  }

  get currentEpoch(): number {
    return this.epoch;
  }

  onSnapshot(listener: (snapshot: StreamSnapshot) => void): () => void {
    this.phaseListeners.add(listener);
    return () => this.phaseListeners.delete(listener);
  }

  /**
   * Starts the encoder and every destination; returns at once with the session (null: a rehearsal), the snapshot
   * tells the rest.
   * @throws ReasonError `stream.already-live`
   */
  goLive(plan: GoLivePlan): string | null {
    if (this.phase !== 'idle') throw new ReasonError('stream.already-live');
    this.kind = plan.kind ?? 'broadcast';
    const sessionId =
      this.kind === 'rehearsal'
        ? null
        : this.options.sessions.open({
            startedAt: new Date(),
            avatarId: plan.avatarId,
            destinations: plan.destinations.map((d) => d.name),
          });
    this.epoch = (this.epoch % 65535) + 1;
    this.sessionId = sessionId;
    this.reason = null;
    this.requestedAt = Date.now();
    this.startedAt = null;
    this.endedSeconds = 0;
    this.losses = NO_LOSSES;
    this.status = EMPTY_STATUS;
    this.phase = 'starting';
    try {
      this.options.media.begin({
        epoch: this.epoch,
        ffmpeg: plan.ffmpeg,
        fps: plan.fps,
        bitrateKbps: plan.bitrateKbps,
        destinations: plan.destinations,
      });
    } catch (error) {
      if (sessionId) this.options.sessions.close(sessionId, 0, 'failed');
      this.phase = 'idle';
      this.sessionId = null;
      this.publish();
      throw toReasonError(error);
    }
    this.options.programme.setBroadcast({ epoch: this.epoch });
    this.heartbeat = setInterval(() => {
      if (sessionId && this.startedAt !== null)
        this.options.sessions.heartbeat(sessionId, this.elapsedSeconds());
      this.publish();
    }, HEARTBEAT_MS);
    this.publish();
    return sessionId;
  }

  /** Ends the broadcast; resolves when every FFmpeg has exited and the row is closed. Safe to call twice. */
  stop(): Promise<void> {
    if (this.phase === 'idle') return Promise.resolve();
    this.stopping ??= this.finish().finally(() => {
      this.stopping = null;
    });
    return this.stopping;
  }

  /** Takes the page's numbers: the render and encode counters live there. */
  takeReport(report: PipelineReport): void {
    if (report.encode.epoch !== this.epoch) return;
    this.losses = {
      render: report.live.late,
      encode: report.encode.skipped,
      network: 0,
      frames: Math.max(report.live.ticks, report.encode.frames),
    };
    // Without an encoder nothing will ever come; one that can be replaced is, by the page itself.
    if (report.encode.reason === 'encoder.unsupported') void this.endBecause(report.encode.reason);
  }

  /** Milliseconds from the request to go live to the first byte a destination took. */
  get liveMs(): number | null {
    return this.startedAt === null ? null : this.startedAt - this.requestedAt;
  }

  private async finish(): Promise<void> {
    this.endedSeconds = this.elapsedSeconds();
    this.phase = 'stopping';
    this.publish();
    this.options.programme.setBroadcast(null);
    const leftOver = await this.options.media.end();
    if (leftOver.length > 0) this.options.log.warn(`Stop had to kill: ${leftOver.join(', ')}`);
    if (this.heartbeat) clearInterval(this.heartbeat);
    this.heartbeat = null;
    const wentLive = this.startedAt !== null;
    if (this.sessionId) {
      this.options.sessions.close(
        this.sessionId,
        this.endedSeconds,
        wentLive && this.reason === null ? 'ended' : 'failed',
      );
    }
    this.phase = 'idle';
    this.sessionId = null;
    this.publish();
  }

  private async endBecause(reason: Reason): Promise<void> {
    if (this.phase === 'idle' || this.phase === 'stopping') return;
    this.reason = reason;
    await this.stop();
  }

  private takeStatus(status: MediaStatus): void {
    if (this.phase === 'idle') return;
    for (const now of status.destinations) {
      const before = this.status.destinations.find((d) => d.id === now.id);
      if (before?.state !== now.state || before.reason !== now.reason) {
        this.options.log.info(`${now.name}: ${now.state}${now.reason ? ` (${now.reason})` : ''}`);
      }
    }
    const cardBefore = this.snapshot.card;
    this.status = status;
    if (this.phase === 'starting' && status.destinations.some((d) => d.state === 'live')) {
      this.phase = 'live';
      this.startedAt = Date.now();
    }
    this.publish();
    if (this.kind === 'broadcast' && this.snapshot.card && !cardBefore) {
      this.options.onCard(new ReasonError('stream.card-shown'));
    }
    const done =
      status.destinations.length > 0 &&
      status.destinations.every((d) => d.state === 'failed' || d.state === 'ended');
    if (done && this.phase !== 'stopping') {
      void this.endBecause(
        status.destinations.find((d) => d.reason !== null)?.reason ?? 'destination.failed',
      );
    }
  }

  private elapsedSeconds(): number {
    if (this.phase === 'idle' || this.phase === 'stopping') return this.endedSeconds;
    return this.startedAt === null ? 0 : (Date.now() - this.startedAt) / 1000;
  }

  private publish(): void {
    const snapshot = this.snapshot;
    this.options.publish(snapshot);
    for (const listener of [...this.phaseListeners]) listener(snapshot);
  }
}
