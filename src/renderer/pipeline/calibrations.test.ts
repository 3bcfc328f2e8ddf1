import { expect, test, vi } from 'vitest';
import type { StudioSettings } from '../../shared/domain/studio.ts';
import {
  ANY_CAMERA,
  DEFAULT_PROFILE,
  DEFAULT_TRACKING,
  type Neutral,
  type Profiles,
  type Ranges,
  type TrackingProfile,
  type VoiceProfile,
} from '../../shared/domain/tracking-settings.ts';
import { ReasonError } from '../../shared/errors.ts';
import type { StudioClient } from '../bridge/client.ts';
import { Calibrations } from './calibrations.ts';
import type { CalibrationEvent } from './inspection.ts';
import type { StageClient } from './stage-client.ts';

const SETTINGS = {
  profiles: {} as Profiles,
  tracking: { ...DEFAULT_TRACKING, voice: { ...DEFAULT_TRACKING.voice, mode: 'off' } },
} as StudioSettings;
const NEUTRAL: Neutral = { scores: new Array<number>(52).fill(0.1), yaw: 0.1, pitch: 0, roll: 0 };
const RANGES: Ranges = { top: new Array<number>(52).fill(0.9) };
const VOICE = { vowels: {} } as VoiceProfile;
const DONE: CalibrationEvent = { kind: 'neutral', state: 'done' };

function create() {
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const sent: { profiles?: Profiles }[] = [];
  const client = {
    call: (_command: unknown, change: { profiles?: Profiles }) => {
      sent.push(change);
      return new Promise((resolve, reject) => answers.push({ resolve: () => resolve({}), reject }));
    },
  } as unknown as StudioClient;
  const told: string[] = [];
  const asked: string[] = [];
  const restored: { profile: TrackingProfile; camera: string }[] = [];
  const stage = {
    setProfile: (_profile: unknown, camera: string) => asked.push(camera),
    restoreProfile: (profile: TrackingProfile, camera: string) => restored.push({ profile, camera }),
    cancelCalibration: () => asked.push('cancel'),
  } as unknown as StageClient;
  const calibrations = new Calibrations(client, (message) => told.push(message));
  const events: CalibrationEvent[] = [];
  calibrations.onCalibration((event) => events.push(event));
  const use = (camera: string) => calibrations.apply(SETTINGS, camera, stage);
  return { answers, sent, told, asked, restored, calibrations, events, use };
}

/** Lets what was answered be heard. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

test('what was found out goes to the camera it began on, and is done when main has taken it', async () => {
  const { answers, sent, calibrations, events, use } = create();
  use('Desk');
  calibrations.began();
  calibrations.keepNeutral(NEUTRAL);
  calibrations.announce(DONE);
  await turn();
  expect(sent.map(({ profiles }) => Object.keys(profiles ?? {}))).toEqual([['Desk']]);
  expect(sent[0]?.profiles?.['Desk']?.neutral).toEqual(NEUTRAL);
  expect(events).toEqual([]);
  answers[0]?.resolve();
  await turn();
  expect(events).toEqual([DONE]);
});

test('refused by main it says why, the solver forgets it, and it is not sent along with the next', async () => {
  const { answers, sent, told, restored, calibrations, events, use } = create();
  use('Desk');
  calibrations.began();
  calibrations.keepNeutral(NEUTRAL);
  calibrations.announce(DONE);
  expect(restored).toEqual([]);
  answers[0]?.reject(new ReasonError('ipc.disconnected'));
  await turn();
  expect(events).toEqual([{ kind: 'neutral', state: 'refused', reason: 'ipc.disconnected' }]);
  expect(restored).toEqual([{ profile: DEFAULT_PROFILE, camera: 'Desk' }]);
  expect(told).toHaveLength(1);
  calibrations.began();
  calibrations.keepRanges(RANGES);
  expect(sent[1]?.profiles?.['Desk']).toMatchObject({ neutral: null, ranges: RANGES });
});

test('two that are refused together leave nothing behind', async () => {
  const { answers, sent, restored, calibrations, use } = create();
  use('Desk');
  calibrations.began();
  calibrations.keepNeutral(NEUTRAL);
  calibrations.keepRanges(RANGES);
  for (const { reject } of answers) reject(new ReasonError('storage.full'));
  await turn();
  expect(restored.at(-1)).toEqual({ profile: DEFAULT_PROFILE, camera: 'Desk' });
  calibrations.keepRanges(RANGES);
  expect(sent[2]?.profiles?.['Desk']).toEqual({ ...DEFAULT_PROFILE, ranges: RANGES });
});

test('a voice that is refused is not used any longer', async () => {
  const { answers, calibrations, events, use } = create();
  const restore = vi.spyOn(calibrations.voice, 'restore');
  use('Desk');
  calibrations.voice['options'].onProfile(VOICE);
  calibrations.announce({ kind: 'voice', state: 'done' });
  expect(restore).not.toHaveBeenCalled();
  answers[0]?.reject(new ReasonError('storage.full'));
  await turn();
  expect(restore).toHaveBeenCalledOnce();
  expect(events).toEqual([{ kind: 'voice', state: 'refused', reason: 'storage.full' }]);
});

test('another camera cancels it, also when it ended in the same moment', async () => {
  const { sent, asked, calibrations, events, use } = create();
  use('');
  use('Desk');
  calibrations.began();
  use('Desk');
  use('Laptop');
  expect(asked).toEqual([ANY_CAMERA, 'cancel', 'Desk', 'Desk', 'cancel', 'Laptop']);
  use('Desk');
  calibrations.keepNeutral(NEUTRAL);
  calibrations.announce(DONE);
  await turn();
  expect(sent).toEqual([]);
  expect(events).toEqual([{ kind: 'neutral', state: 'cancelled' }]);
});

test('what runs, fails or is cancelled is passed on at once', () => {
  const { calibrations, events } = create();
  const said: CalibrationEvent[] = [
    { kind: 'neutral', state: 'running', share: 0.5 },
    { kind: 'fit', state: 'failed' },
    { kind: 'voice', state: 'cancelled' },
  ];
  for (const event of said) calibrations.announce(event);
  expect(events).toEqual(said);
});
