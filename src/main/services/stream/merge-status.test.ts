import { describe, expect, test } from 'vitest';
import { destination, status } from './fake-media.ts';
import { mergeStatus, whileDown } from './merge-status.ts';

describe('counts across a replaced media process', () => {
  test('add up; state and queue are the new ones, the first byte stays the first', () => {
    const before = whileDown(status({ audioOffsetMs: 5 }), 0);
    expect(before.destinations[0]).toMatchObject({
      state: 'reconnecting',
      reason: 'media.crashed',
      reconnects: 1,
    });
    const merged = mergeStatus(
      before,
      status({ destinations: [destination({ firstByteMs: 90, frames: 12, queueMs: 40 })], videoPackets: 12 }),
    );
    expect(merged).toMatchObject({ videoPackets: 42, audioOffsetMs: 5 });
    expect(merged.destinations[0]).toMatchObject({
      state: 'live',
      frames: 42,
      bytes: 2000,
      dropped: 2,
      reconnects: 1,
      firstByteMs: 300,
      queueMs: 40,
    });
  });

  test('a destination that had failed keeps its state while the process is down', () => {
    const failed = destination({ id: 'b', state: 'failed', reason: 'destination.dns' });
    expect(whileDown(status({ destinations: [failed] }), 0).destinations[0]).toEqual(failed);
  });
});
