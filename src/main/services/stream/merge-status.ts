import type { DestinationStatus, MediaStatus } from '../../../shared/domain/stream-state.ts';

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
};

/**
 * Counts of a broadcast across a replaced media process: what the dead one had counted plus what the new one
 * counts. States, queue and memory are the new one's; first byte and audio offset stay the first ones known.
 */
export function mergeStatus(carried: MediaStatus, current: MediaStatus): MediaStatus {
  return {
    ...current,
    destinations: current.destinations.map((destination) => {
      const before = carried.destinations.find((d) => d.id === destination.id);
      return before ? mergeDestination(before, destination) : destination;
    }),
    videoPackets: carried.videoPackets + current.videoPackets,
    videoBytes: carried.videoBytes + current.videoBytes,
    cardFrames: carried.cardFrames + current.cardFrames,
    audioSeconds: carried.audioSeconds + current.audioSeconds,
    audioFilledSeconds: carried.audioFilledSeconds + current.audioFilledSeconds,
    audioOffsetMs: carried.audioOffsetMs ?? current.audioOffsetMs,
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
  };
}

/** What everybody sees between the death of a media process and the first word of the next one. */
export function whileDown(last: MediaStatus): MediaStatus {
  return {
    ...last,
    connected: false,
    card: false,
    destinations: last.destinations.map((d) =>
      d.state === 'live' || d.state === 'connecting' || d.state === 'reconnecting'
        ? { ...d, state: 'reconnecting', reason: 'media.crashed', reconnects: d.reconnects + 1, queueMs: 0 }
        : d,
    ),
  };
}
