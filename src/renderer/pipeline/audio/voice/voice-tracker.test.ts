import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { singVowel, VOICES } from '../../../../../scripts/voice/synth.ts';
import { DEFAULT_TRACKING, VOWELS, type VoiceProfile } from '../../../../shared/domain/tracking-settings.ts';
import type { CalibrationEvent } from '../../inspection.ts';
import generalVowels from './general-vowels.json' with { type: 'json' };
import { VoiceTracker } from './voice-tracker.ts';
import { VowelEngine } from './vowel-engine.ts';

const wasm = readFileSync(createRequire(import.meta.url).resolve('wlipsync/wlipsync.wasm'));
const served = () => new Response(wasm, { headers: { 'Content-Type': 'application/wasm' } });
const VOICE = DEFAULT_TRACKING.voice;
const BLOCK = 960;

let fetched = 0;
let answer: () => Promise<Response> = async () => served();
beforeEach(() => {
  fetched = 0;
  answer = async () => served();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('fetch', () => {
    fetched++;
    return answer();
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function create() {
  const events: CalibrationEvent[] = [];
  const failures: unknown[] = [];
  const profiles: VoiceProfile[] = [];
  const tracker = new VoiceTracker({
    onCalibration: (event) => events.push(event),
    onProfile: (profile) => profiles.push(profile),
    onFailed: (error) => failures.push(error),
  });
  return { tracker, events, failures, profiles };
}

/** The engine is compiled beside: waits until it hears. */
async function loaded(tracker: VoiceTracker): Promise<void> {
  const hear = vi.spyOn(VowelEngine.prototype, 'hear');
  await vi.waitFor(() => {
    tracker.take(new Float32Array(BLOCK), BLOCK, 1);
    expect(hear).toHaveBeenCalled();
  });
  hear.mockRestore();
}

test('what cannot be loaded is said once, not fetched by every snapshot, and tried again when asked for', async () => {
  const { tracker, events, failures } = create();
  answer = () => Promise.reject(new Error('gone'));
  tracker.apply(VOICE);
  await vi.waitFor(() => expect(failures).toHaveLength(1));
  tracker.apply({ ...VOICE });
  expect(fetched).toBe(1);
  tracker.calibrate();
  expect(fetched).toBe(2);
  await vi.waitFor(() => expect(events).toEqual([{ kind: 'voice', state: 'failed' }]));
  expect(failures).toHaveLength(1);
  answer = async () => served();
  tracker.apply({ ...VOICE, mode: 'always' });
  expect(fetched).toBe(3);
  await loaded(tracker);
});

test('a calibration that hears nothing any more fails after fifteen seconds', async () => {
  const { tracker, events } = create();
  tracker.apply({ ...VOICE, mode: 'off' });
  tracker.calibrate();
  await loaded(tracker);
  events.length = 0;
  vi.advanceTimersByTime(14_000);
  expect([events, tracker.wanted]).toEqual([[], true]);
  vi.advanceTimersByTime(1000);
  expect([events, tracker.wanted]).toEqual([[{ kind: 'voice', state: 'failed' }], false]);
  tracker.calibrate();
  tracker.cancelCalibration();
  vi.advanceTimersByTime(60_000);
  expect(events.slice(1)).toEqual([{ kind: 'voice', state: 'cancelled' }]);
});

test('one that ends in time is not failed later', async () => {
  const { tracker, events, profiles } = create();
  tracker.apply(VOICE);
  await loaded(tracker);
  tracker.calibrate();
  let atMs = 1000;
  for (const vowel of [...VOWELS, 'A'] as const) {
    const said = singVowel(VOICES[0]!, vowel, { seconds: 2, level: 0.25 });
    for (let at = 0; at + BLOCK <= said.length && profiles.length === 0; at += BLOCK) {
      tracker.take(said.subarray(at, at + BLOCK), BLOCK, atMs);
      atMs += 20;
    }
  }
  vi.advanceTimersByTime(60_000);
  expect(profiles).toHaveLength(1);
  expect(events.filter(({ state }) => state !== 'running')).toEqual([{ kind: 'voice', state: 'done' }]);
});

test('a profile is taken over when its content changes, not with every snapshot', async () => {
  const { tracker } = create();
  tracker.apply(VOICE);
  await loaded(tracker);
  const taken = vi.spyOn(VowelEngine.prototype, 'setProfile');
  const own = (): VoiceProfile => ({ vowels: structuredClone(generalVowels) });
  tracker.apply({ ...VOICE, profile: own() });
  tracker.apply({ ...VOICE, profile: own() });
  expect(taken).toHaveBeenCalledTimes(1);
  const other = own();
  other.vowels.A[0]![0]! += 1;
  tracker.apply({ ...VOICE, profile: other });
  tracker.apply({ ...VOICE, profile: null });
  tracker.apply({ ...VOICE, profile: null });
  expect(taken).toHaveBeenCalledTimes(3);
  // What a calibration has learnt and nobody kept goes again.
  tracker.apply({ ...VOICE, profile: other });
  tracker.restore();
  expect(taken).toHaveBeenCalledTimes(5);
  expect(taken).toHaveBeenLastCalledWith(other);
  tracker.apply({ ...VOICE, profile: null });
  tracker.restore();
  expect(taken).toHaveBeenLastCalledWith({ vowels: generalVowels });
});
