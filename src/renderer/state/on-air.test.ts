import { expect, test } from 'vitest';
import type { DestinationState, StreamSnapshot } from '../../shared/domain/stream-state.ts';
import { canGoLive, isBroadcasting, onAirOf, takesPart } from './on-air.ts';

const destination = (state: DestinationState, kind: 'rtmp' | 'file' = 'rtmp') =>
  ({ state, kind }) as StreamSnapshot['destinations'][number];
const stream = (part: Partial<StreamSnapshot>) =>
  ({ phase: 'live', kind: 'broadcast', destinations: [], ...part }) as StreamSnapshot;

test('a rehearsal and a recording are never live, and a broadcast nobody gets is reconnecting', () => {
  expect(onAirOf(null)).toBe('idle');
  expect(onAirOf(stream({ phase: 'idle' }))).toBe('idle');
  expect(onAirOf(stream({ kind: 'rehearsal' }))).toBe('rehearsal');
  expect(onAirOf(stream({ kind: 'recording', phase: 'stopping' }))).toBe('recording');
  expect(onAirOf(stream({ phase: 'stopping' }))).toBe('stopping');
  const waiting = [destination('reconnecting'), destination('failed')];
  expect(onAirOf(stream({ destinations: waiting }))).toBe('reconnecting');
  expect(onAirOf(stream({ destinations: [...waiting, destination('live', 'file')] }))).toBe('reconnecting');
  expect(onAirOf(stream({ destinations: [...waiting, destination('live')] }))).toBe('live');
});

test('one may go live from rest and from a recording', () => {
  expect(canGoLive(stream({ phase: 'idle' }))).toBe(true);
  expect(canGoLive(stream({ kind: 'recording' }))).toBe(true);
  expect(canGoLive(stream({ kind: 'recording', phase: 'stopping' }))).toBe(false);
  expect(canGoLive(stream({ kind: 'rehearsal' }))).toBe(false);
  expect(isBroadcasting(stream({}))).toBe(true);
  expect(isBroadcasting(stream({ kind: 'recording' }))).toBe(false);
});

test('what failed still takes part until it is switched off; what has ended does not', () => {
  expect(takesPart(null)).toBe(false);
  expect(takesPart(destination('failed'))).toBe(true);
  expect(takesPart(destination('ended'))).toBe(false);
});
