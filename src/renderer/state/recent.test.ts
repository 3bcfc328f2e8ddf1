import { expect, test } from 'vitest';
import type { StreamSnapshot } from '../../shared/domain/stream-state.ts';
import { RecentWindow } from './recent.ts';

function at(bytes: number, network: number, frames: number): StreamSnapshot {
  return {
    phase: 'live',
    kind: 'broadcast',
    sessionId: 's',
    startedAt: 1,
    elapsedSeconds: 1,
    destinations: [
      {
        id: 'a',
        name: 'One',
        url: 'rtmp://h/live/••••',
        kind: 'rtmp',
        state: 'live',
        reason: null,
        firstByteMs: 1,
        bytes,
        frames,
        dropped: network,
        reconnects: 0,
        queueMs: 0,
      },
    ],
    losses: { render: 0, encode: 0, network, frames },
    media: { restarts: 0, gapMs: 0 },
    card: false,
    reason: null,
  };
}

test('tells the rate and the losses of the last ten seconds, not of the whole broadcast', () => {
  const window = new RecentWindow();
  expect(window.add(at(0, 0, 0), 0)).toEqual({ kbps: {}, losses: null });
  expect(window.add(at(125_000, 20, 100), 1000)).toEqual({
    kbps: { a: 1000 },
    losses: { render: 0, encode: 0, network: 20 },
  });
  window.add(at(250_000, 20, 200), 11_000);
  expect(window.add(at(375_000, 20, 300), 12_000).losses?.network).toBe(0);
});

test('a counter that begins anew is no negative rate, and another session begins anew', () => {
  const window = new RecentWindow();
  window.add(at(500_000, 0, 10), 0);
  expect(window.add(at(1000, 0, 20), 1000).kbps).toEqual({ a: 0 });
  expect(window.add({ ...at(9000, 0, 30), sessionId: 't' }, 2000)).toEqual({ kbps: {}, losses: null });
});
