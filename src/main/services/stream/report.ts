import type { Health, UsageRow } from '../../../shared/domain/health.ts';
import { NO_PART, type PipelineReport, type Report } from '../../../shared/domain/report.ts';
import type { MediaStatus, StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import type { Reason } from '../../../shared/errors.ts';
import { EMPTY_STATUS } from './merge-status.ts';

export interface ReportParts {
  readonly host: Report['host'];
  readonly pipeline: PipelineReport | null;
  readonly stream: Pick<StreamSnapshot, 'destinations' | 'media' | 'encoder' | 'losses'>;
  readonly health: Health | null;
  readonly usage: readonly UsageRow[];
  readonly media: MediaStatus;
  readonly liveMs: number | null;
  readonly memory: Report['memory'];
  readonly reason: Reason | null;
}

/** Puts the report of a run together. Without a page every count of the page is zero. */
export function buildReport(parts: ReportParts): Report {
  const { host, pipeline, stream, media, liveMs, memory, health, usage, reason } = parts;
  return {
    host,
    startup: { previewMs: round(pipeline?.previewMs ?? null), liveMs },
    camera: {
      frames: pipeline?.camera.frames ?? 0,
      fps: round(pipeline?.camera.fps ?? 0),
      dropped: pipeline?.camera.dropped ?? 0,
      reason: pipeline?.camera.reason ?? null,
    },
    tracking: {
      source: pipeline?.tracking.source ?? 'none',
      states: pipeline?.tracking.states ?? [],
      faces: pipeline?.tracking.faces ?? 0,
      face: roundAll(pipeline?.tracking.face ?? NO_PART),
      pose: roundAll(pipeline?.tracking.pose ?? NO_PART),
      hands: roundAll(pipeline?.tracking.hands ?? NO_PART),
      restarts: pipeline?.tracking.restarts ?? 0,
    },
    render: roundAll(pipeline?.render ?? { frames: 0, fps: 0, p50Ms: null, p95Ms: null, late: 0 }),
    encode: encodeOf(pipeline, stream, media),
    renditions: media.renditions,
    losses: stream.losses,
    latency: {
      cameraToEncodedMs: {
        p50: round(pipeline?.latency.cameraToEncodedMs.p50 ?? null),
        p95: round(pipeline?.latency.cameraToEncodedMs.p95 ?? null),
      },
    },
    audio: { seconds: round(media.audioSeconds), offsetMs: round(media.audioOffsetMs) },
    media: { restarts: stream.media.restarts, gapMs: Math.round(stream.media.gapMs) },
    governor: pipeline?.governor.steps ?? [],
    destinations: stream.destinations.map(
      ({ name, url, state, reason: why, firstByteMs, bytes, frames, dropped, ...rest }) => ({
        name,
        url,
        state,
        reason: why,
        firstByteMs,
        bytes,
        frames,
        dropped,
        reconnects: rest.reconnects,
        rendition: rest.rendition,
        history: rest.history,
      }),
    ),
    health,
    usage: [...usage],
    memory: {
      rendererMb: Math.round(memory.rendererMb),
      mainMb: Math.round(memory.mainMb),
      mediaMb: Math.round(memory.mediaMb),
    },
    reason,
  };
}

/** Of the page's encoder, or of the media process's where raw pictures are sent. */
function encodeOf(
  pipeline: PipelineReport | null,
  stream: ReportParts['stream'],
  media: MediaStatus,
): Report['encode'] {
  const fallback = stream.encoder?.fallback ?? null;
  const { encoder } = media;
  if (encoder) {
    const { frames, keyFrames, skipped, p50Ms, p95Ms } = encoder;
    return {
      frames,
      keyFrames,
      bytes: media.videoBytes,
      p50Ms: round(p50Ms),
      p95Ms: round(p95Ms),
      skipped: skipped + (pipeline?.encode.skipped ?? 0),
      encoder: `ffmpeg:${encoder.name}`,
      fallback,
    };
  }
  return {
    frames: pipeline?.encode.frames ?? 0,
    keyFrames: pipeline?.encode.keyFrames ?? 0,
    bytes: pipeline?.encode.bytes ?? 0,
    p50Ms: round(pipeline?.encode.p50Ms ?? null),
    p95Ms: round(pipeline?.encode.p95Ms ?? null),
    skipped: pipeline?.encode.skipped ?? 0,
    encoder: pipeline?.encode.encoder ?? 'none',
    fallback,
  };
}

/** The report of a run that did not get as far as a page. */
export function failedReport(host: Report['host'], reason: Reason): Report {
  return buildReport({
    host,
    pipeline: null,
    stream: {
      destinations: [],
      media: { restarts: 0, gapMs: 0 },
      encoder: null,
      losses: { render: 0, encode: 0, network: 0, frames: 0 },
    },
    health: null,
    usage: [],
    media: EMPTY_STATUS,
    liveMs: null,
    memory: { rendererMb: 0, mainMb: process.memoryUsage.rss() / 1e6, mediaMb: 0 },
    reason,
  });
}

function round(value: number): number;
function round(value: number | null): number | null;
function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}

function roundAll<T extends object>(part: T): T {
  return Object.fromEntries(
    Object.entries(part).map(([k, v]) => [k, typeof v === 'number' ? round(v) : v]),
  ) as T;
}
