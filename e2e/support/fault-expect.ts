import type { ExpectStatic } from 'vitest';
import type { FaultProxy } from './fault-proxy.ts';
import type { Show, ShowEnd } from './fault-show.ts';
import { socketsTo } from './fault-system.ts';

const STOP_LIMIT_MS = 6_000;

/** The neighbours noticed nothing, and nothing is left. */
export function expectUnharmed(
  expect: ExpectStatic,
  show: Show,
  ended: ShowEnd,
  port: number | null,
  mayBeKilled: readonly string[] = [],
): void {
  for (const id of ['left', 'right']) {
    expect(show.bench.states(id)).toEqual(['connecting', 'live', 'stopping', 'ended']);
    expect(show.destination(id)).toMatchObject({ reconnects: 0, dropped: 0, reason: null });
  }
  for (const recorded of ended.neighbours) expect(Math.abs(recorded - ended.fed)).toBeLessThanOrEqual(1);
  expect(ended.leftOver.filter((name) => !mayBeKilled.includes(name))).toEqual([]);
  expect(ended.processes).toEqual([]);
  expect(ended.leaks).toEqual([]);
  expect(ended.stopMs).toBeLessThan(STOP_LIMIT_MS);
  if (port !== null) expect(socketsTo(port)).toBe(0);
}

/** Every connection that carried a picture began with a key frame, on the wire and in the server's file. */
export function expectKeyFrames(expect: ExpectStatic, proxy: FaultProxy, ended: ShowEnd): void {
  for (const { firstPicture } of proxy.connections) {
    if (firstPicture) expect(firstPicture.key).toBe(true);
  }
  expect(ended.beginsOnKey).not.toContain(false);
}
