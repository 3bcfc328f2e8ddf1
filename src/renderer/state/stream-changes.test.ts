import { expect, test } from 'vitest';
import type { DestinationState, StreamSnapshot } from '../../shared/domain/stream-state.ts';
import { streamChanges } from './stream-changes.ts';

function snapshot(phase: StreamSnapshot['phase'], state: DestinationState): StreamSnapshot {
  return {
    phase,
    kind: 'broadcast',
    sessionId: null,
    startedAt: null,
    elapsedSeconds: 0,
    destinations: [
      {
        id: 'a',
        name: 'One',
        url: 'rtmp://h/live/••••',
        kind: 'rtmp',
        state,
        reason: null,
        firstByteMs: null,
        bytes: 0,
        frames: 0,
        dropped: 0,
        reconnects: 0,
        queueMs: 0,
        rendition: 'main',
        kbps: 0,
        retryInMs: null,
        pid: null,
        history: [],
      },
    ],
    losses: { render: 0, encode: 0, network: 0, frames: 0 },
    media: { restarts: 0, gapMs: 0 },
    card: false,
    encoder: null,
    renditions: [],
    reason: null,
  };
}

test('the first snapshot is no change, and counters alone are none', () => {
  const live = snapshot('live', 'live');
  expect(streamChanges(null, live)).toEqual([]);
  expect(streamChanges(live, { ...live, elapsedSeconds: 5 })).toEqual([]);
});

test('a start is told once, a lost and a recovered destination by name', () => {
  expect(streamChanges(snapshot('starting', 'connecting'), snapshot('live', 'live'))).toEqual([
    { kind: 'phase', phase: 'live', of: 'broadcast' },
  ]);
  expect(streamChanges(snapshot('live', 'live'), snapshot('live', 'reconnecting'))).toEqual([
    { kind: 'destination', name: 'One', state: 'reconnecting' },
  ]);
  expect(streamChanges(snapshot('live', 'reconnecting'), snapshot('live', 'live'))).toEqual([
    { kind: 'destination', name: 'One', state: 'live' },
  ]);
});

test('a rehearsal is told as such, and its sink is no destination', () => {
  const rehearsal = { ...snapshot('live', 'live'), kind: 'rehearsal' as const };
  expect(streamChanges({ ...rehearsal, phase: 'starting' }, rehearsal)).toEqual([
    { kind: 'phase', phase: 'live', of: 'rehearsal' },
  ]);
  expect(
    streamChanges(rehearsal, { ...rehearsal, ...snapshot('idle', 'failed'), kind: 'rehearsal' }),
  ).toEqual([{ kind: 'phase', phase: 'idle', of: 'rehearsal' }]);
});

test('a recording is told as such, and what it is written to is no destination', () => {
  const recording = { ...snapshot('live', 'live'), kind: 'recording' as const };
  expect(streamChanges({ ...recording, phase: 'starting' }, recording)).toEqual([
    { kind: 'phase', phase: 'live', of: 'recording' },
  ]);
  const file = { ...recording.destinations[0]!, kind: 'file' as const };
  expect(
    streamChanges(
      { ...recording, destinations: [file] },
      { ...recording, destinations: [{ ...file, state: 'failed' }] },
    ),
  ).toEqual([]);
});
