import type { DestinationState, StreamSnapshot } from '../../shared/domain/stream-state.ts';
import type { StreamPhase } from './snapshots.ts';

export type StreamChange =
  | { readonly kind: 'phase'; readonly phase: StreamPhase; readonly of: StreamSnapshot['kind'] }
  | { readonly kind: 'destination'; readonly name: string; readonly state: DestinationState };

/** What between two snapshots is worth telling somebody who does not see the screen. */
export function streamChanges(before: StreamSnapshot | null, after: StreamSnapshot): readonly StreamChange[] {
  if (!before) return [];
  const changes: StreamChange[] = [];
  if (before.phase !== after.phase) {
    // What has ended is what was on; a snapshot at rest names the last one.
    const of = after.phase === 'idle' ? before.kind : after.kind;
    changes.push({ kind: 'phase', phase: after.phase, of });
  }
  // The sink of a rehearsal is no destination of the user's.
  if (after.kind === 'rehearsal') return changes;
  for (const { id, name, state, kind } of after.destinations) {
    // A recording tells of itself.
    if (kind === 'file') continue;
    const old = before.destinations.find((destination) => destination.id === id);
    if (old?.state === state || !isWorthTelling(state, old?.state)) continue;
    changes.push({ kind: 'destination', name, state });
  }
  return changes;
}

/** Starting and stopping are told by the phase already. */
function isWorthTelling(state: DestinationState, before: DestinationState | undefined): boolean {
  return state === 'failed' || state === 'reconnecting' || (state === 'live' && before === 'reconnecting');
}
