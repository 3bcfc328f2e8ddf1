import type { DestinationStatus, StreamSnapshot } from '../../shared/domain/stream-state.ts';

export type OnAir = 'idle' | 'starting' | 'live' | 'reconnecting' | 'stopping' | 'rehearsal' | 'recording';

/** What runs, in one word. A rehearsal or a recording is never `live`; `reconnecting`: nobody gets anything. */
export function onAirOf(stream: StreamSnapshot | null): OnAir {
  if (!stream || stream.phase === 'idle') return 'idle';
  if (stream.kind !== 'broadcast') return stream.kind;
  if (stream.phase !== 'live') return stream.phase;
  const viewed = broadcastOf(stream);
  const sends = viewed.some(({ state }) => state === 'live');
  return !sends && viewed.some(({ state }) => state === 'reconnecting') ? 'reconnecting' : 'live';
}

/** Something is sent to viewers, is about to be, or was until a moment ago. */
export function isBroadcasting(stream: StreamSnapshot | null): boolean {
  return stream !== null && stream.phase !== 'idle' && stream.kind === 'broadcast';
}

/** The user may begin a broadcast: nothing runs, or only a recording. */
export function canGoLive(stream: StreamSnapshot | null): boolean {
  return (
    stream === null || stream.phase === 'idle' || (stream.kind === 'recording' && stream.phase === 'live')
  );
}

/** The destinations that have viewers; a recording has none. */
export function broadcastOf(stream: StreamSnapshot): readonly DestinationStatus[] {
  return stream.destinations.filter(({ kind }) => kind === 'rtmp');
}

/** This destination belongs to the running broadcast, however it does in it. */
export function takesPart(status: DestinationStatus | null): boolean {
  return (
    status !== null && status.state !== 'ended' && status.state !== 'idle' && status.state !== 'stopping'
  );
}
