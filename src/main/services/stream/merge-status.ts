import {
  type DestinationState,
  type DestinationStatus,
  HISTORY_MAX,
  isOver,
  type MediaStatus,
} from '../../../shared/domain/stream-state.ts';
import type { Reason } from '../../../shared/errors.ts';

export const EMPTY_STATUS: MediaStatus = {
  destinations: [],
  videoPackets: 0,
  videoBytes: 0,
  cardFrames: 0,
  audioSeconds: 0,
  audioFilledSeconds: 0,
  audioOffsetMs: null,
  memoryMb: 0,
  connected: false,
  card: false,
  renditions: [],
  encoder: null,
  audioDriftMs: null,
  audioPid: null,
  replaySeconds: 0,
  diskFreeBytes: null,
};

/**
 * Counts of a broadcast across a replaced media process: what the dead one had counted plus what the new one
 * counts. States, queue and memory are the new one's; first byte and audio offset stay the first ones known. What
 * had ended or failed before is not known to the new one and stays as it was.
 */
export function mergeStatus(carried: MediaStatus, current: MediaStatus): MediaStatus {
  const over = carried.destinations.filter(
    (d) => isOver(d.state) && !current.destinations.some(({ id }) => id === d.id),
  );
  return {
    ...current,
    destinations: [
      ...current.destinations.map((destination) => {
        const before = carried.destinations.find((d) => d.id === destination.id);
        return before ? mergeDestination(before, destination) : destination;
      }),
      ...over,
    ],
    videoPackets: carried.videoPackets + current.videoPackets,
    videoBytes: carried.videoBytes + current.videoBytes,
    cardFrames: carried.cardFrames + current.cardFrames,
    audioSeconds: carried.audioSeconds + current.audioSeconds,
    audioFilledSeconds: carried.audioFilledSeconds + current.audioFilledSeconds,
    audioOffsetMs: carried.audioOffsetMs ?? current.audioOffsetMs,
    encoder: current.encoder && {
      ...current.encoder,
      replaced: current.encoder.replaced + (carried.encoder?.replaced ?? 0),
      frames: current.encoder.frames + (carried.encoder?.frames ?? 0),
      keyFrames: current.encoder.keyFrames + (carried.encoder?.keyFrames ?? 0),
      skipped: current.encoder.skipped + (carried.encoder?.skipped ?? 0),
    },
    renditions: current.renditions.map((rendition) => ({
      ...rendition,
      frames: rendition.frames + (carried.renditions.find((r) => r.name === rendition.name)?.frames ?? 0),
    })),
  };
}

function mergeDestination(before: DestinationStatus, now: DestinationStatus): DestinationStatus {
  return {
    ...now,
    firstByteMs: before.firstByteMs ?? now.firstByteMs,
    bytes: before.bytes + now.bytes,
    frames: before.frames + now.frames,
    dropped: before.dropped + now.dropped,
    reconnects: before.reconnects + now.reconnects,
    history: [...before.history, ...now.history].slice(-HISTORY_MAX),
  };
}

/** What everybody sees between the death of a media process and the first word of the next one. */
export function whileDown(last: MediaStatus, nowMs: number): MediaStatus {
  return {
    ...last,
    connected: false,
    card: false,
    audioPid: null,
    encoder: last.encoder && { ...last.encoder, pids: [] },
    destinations: last.destinations.map((d) =>
      d.state === 'live' || d.state === 'connecting' || d.state === 'reconnecting'
        ? withState({ ...d, reconnects: d.reconnects + 1 }, 'reconnecting', 'media.crashed', nowMs)
        : d,
    ),
  };
}

/** A destination that this side, not its process, says has another state. */
export function withState(
  d: DestinationStatus,
  state: DestinationState,
  reason: Reason,
  nowMs: number,
): DestinationStatus {
  return {
    ...d,
    state,
    reason,
    queueMs: 0,
    kbps: 0,
    retryInMs: null,
    pid: null,
    history: [...d.history, { atMs: nowMs, state, reason }].slice(-HISTORY_MAX),
  };
}
