import { BAD_SHARE, type Health, type ProcessUse, WARN_SHARE } from '../../../shared/domain/health.ts';
import type { PipelineReport } from '../../../shared/domain/report.ts';
import type { DestinationStatus, MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';

const RECENT_MS = 10_000;
/** Reports come once a second and a little late at times: a rate over less than this jumps. */
const RATE_MS = 3000;

export interface HealthInput {
  /** Unix ms. */
  readonly at: number;
  /** Null while no page is there. */
  readonly report: PipelineReport | null;
  readonly media: MediaStatus;
  readonly stream: StreamSnapshot;
  readonly processes: readonly ProcessUse[];
}

type LossName = keyof Health['losses'];
interface Count {
  readonly lost: number;
  readonly frames: number;
}

/** Counters at one moment, to tell later what was added since. */
export interface HealthSample {
  readonly at: number;
  readonly encoded: number;
  readonly losses: Readonly<Record<Exclude<LossName, 'network'>, Count>>;
  /** By destination. */
  readonly network: ReadonlyMap<string, Count>;
}

export function sampleOf({ at, report, media, stream }: HealthInput): HealthSample {
  const { render, encode, frames } = stream.losses;
  return {
    at,
    encoded: mainFrames(media) ?? report?.encode.frames ?? 0,
    losses: { render: { lost: render, frames }, encode: { lost: encode, frames } },
    network: new Map(servers(stream).map((each) => [each.id, networkCount(each)])),
  };
}

/** Keeps what the next snapshots compare with: the last ten seconds of one session. */
export function remember(history: readonly HealthSample[], sample: HealthSample): HealthSample[] {
  // Counters begin at nothing with every session.
  const sameSession = history.filter(
    ({ at, losses, encoded }) =>
      at >= sample.at - RECENT_MS &&
      encoded <= sample.encoded &&
      losses.render.frames <= sample.losses.render.frames,
  );
  return [...sameSession, sample];
}

/**
 * How everything is. Pure.
 * @param history from {@link remember}; the newest one is this input's own
 */
export function assemble(input: HealthInput, history: readonly HealthSample[]): Health {
  const { at, report, media, stream, processes } = input;
  const sample = sampleOf(input);
  const oldest = history[0] ?? sample;
  const running = stream.phase !== 'idle';
  const network = servers(stream).map((destination) =>
    loss(networkCount(destination), oldest.network.get(destination.id), running),
  );
  return {
    at,
    stages: {
      camera: { fps: report?.camera.fps ?? 0, p50Ms: null, p95Ms: null },
      tracking: stage(report?.tracking.face),
      render: stage(report?.render),
      encode: {
        fps: running ? encodeFps(sample, history) : 0,
        p50Ms: media.encoder?.p50Ms ?? report?.encode.p50Ms ?? null,
        p95Ms: media.encoder?.p95Ms ?? report?.encode.p95Ms ?? null,
      },
    },
    losses: {
      render: loss(sample.losses.render, oldest.losses.render, running),
      encode: loss(sample.losses.encode, oldest.losses.encode, running),
      network: worst(network),
    },
    encodedKbps: running ? sum(media.renditions.map(({ kbps }) => kbps)) : 0,
    sentKbps: sum(servers(stream).map(({ kbps }) => kbps)),
    renditions: stream.renditions,
    destinations: stream.destinations.map(({ id, name, state, rendition, kbps, queueMs, dropped }) => ({
      ...{ id, name, state, rendition },
      ...{ kbps, queueMs, dropped },
    })),
    audio: { driftMs: media.audioDriftMs, offsetMs: media.audioOffsetMs },
    processes: [...processes],
    diskFreeBytes: media.diskFreeBytes,
  };
}

/**
 * While something runs the level is that of the last ten seconds, so that a bad begin does not colour the whole
 * evening; afterwards it is that of the whole session.
 */
function loss(now: Count, then: Count | undefined, running: boolean): Health['losses']['render'] {
  const share = part(now.lost, now.frames);
  const recent = then ? part(now.lost - then.lost, now.frames - then.frames) : 0;
  const judged = running ? recent : share;
  const level = judged >= BAD_SHARE ? 'bad' : judged >= WARN_SHARE ? 'warn' : 'good';
  return { lost: now.lost, share, recent, level };
}

/** All that was lost, and the shares of the destination that loses most: a good one does not hide a bad one. */
function worst(all: readonly Health['losses']['network'][]): Health['losses']['network'] {
  const recents = all.toSorted((a, b) => b.recent - a.recent);
  const levels = ['bad', 'warn', 'good'] as const;
  return {
    lost: sum(all.map(({ lost }) => lost)),
    share: Math.max(0, ...all.map(({ share }) => share)),
    recent: recents[0]?.recent ?? 0,
    level: levels.find((each) => all.some(({ level }) => level === each)) ?? 'good',
  };
}

function networkCount({ dropped, frames }: DestinationStatus): Count {
  return { lost: dropped, frames: frames + dropped };
}

function servers({ destinations }: StreamSnapshot): readonly DestinationStatus[] {
  return destinations.filter(({ kind }) => kind === 'rtmp');
}

function mainFrames({ renditions }: MediaStatus): number | null {
  return renditions.find(({ name }) => name === 'main')?.frames ?? null;
}

function encodeFps(now: HealthSample, history: readonly HealthSample[]): number {
  const then = history.find(({ at }) => at >= now.at - RATE_MS) ?? now;
  const seconds = (now.at - then.at) / 1000;
  return seconds > 0 ? Math.max(0, Math.round((10 * (now.encoded - then.encoded)) / seconds) / 10) : 0;
}

function stage(part: Health['stages']['render'] | undefined): Health['stages']['render'] {
  return { fps: part?.fps ?? 0, p50Ms: part?.p50Ms ?? null, p95Ms: part?.p95Ms ?? null };
}

function part(lost: number, frames: number): number {
  return frames > 0 ? Math.min(1, Math.max(0, lost / frames)) : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}
