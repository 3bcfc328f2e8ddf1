import { expect, test } from 'vitest';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import { ANY_CAMERA, DEFAULT_PROFILE, type TrackingProfile } from '../../shared/domain/tracking-settings.ts';
import type { StageChannels, StageCommand } from './stage/messages.ts';
import { StageClient } from './stage-client.ts';

test('a profile is said when it changes, and again when the stage is to go back to it', () => {
  const sent: StageCommand[] = [];
  const stage = new StageClient({
    worker: { postMessage: (command: StageCommand) => sent.push(command) } as unknown as Worker,
    snapshot: { settings: {}, avatar: {} } as StudioSnapshot,
    channels: {} as StageChannels,
    media: { transport: 'message-port' },
    preview: null,
  });
  sent.length = 0;
  const other: TrackingProfile = { ...DEFAULT_PROFILE, glasses: true };
  stage.setProfile(DEFAULT_PROFILE, ANY_CAMERA);
  stage.setProfile({ ...DEFAULT_PROFILE }, ANY_CAMERA);
  expect(sent).toHaveLength(1);
  stage.restoreProfile(DEFAULT_PROFILE, ANY_CAMERA);
  stage.setProfile(DEFAULT_PROFILE, ANY_CAMERA);
  stage.setProfile(other, 'Desk');
  const said = { type: 'setProfile', profile: DEFAULT_PROFILE, camera: ANY_CAMERA };
  expect(sent).toEqual([said, said, { type: 'setProfile', profile: other, camera: 'Desk' }]);
});
