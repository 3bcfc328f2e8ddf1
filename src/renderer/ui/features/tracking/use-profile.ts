import { useMemo } from 'react';
import {
  ANY_CAMERA,
  DEFAULT_PROFILE,
  type Profiles,
  profileOf,
  type TrackingProfile,
  withProfile,
} from '../../../../shared/domain/tracking-settings.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { usePipelineStatus } from '../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { useCommand } from '../../use-command.ts';
import { useDraft } from '../../use-draft.ts';
import { choicesOf, type ProfileChoices, profileKey, withChoices } from './profiles.ts';

const NO_PROFILES: Profiles = {};

interface UsedProfile {
  /** The camera's own name; `default` while there is none. */
  readonly camera: string;
  readonly profile: TrackingProfile;
  /** Seen at once, saved a moment later. */
  readonly change: (part: Partial<ProfileChoices>) => void;
  /** Forgets what was calibrated and set. */
  readonly reset: () => void;
  /** Makes it the one of every camera without a profile of its own. */
  readonly copyToAll: () => Promise<boolean>;
}

/** The profile of the camera that is in use, and changing it. */
export function useProfile(): UsedProfile {
  const run = useCommand();
  const camera = profileKey(
    usePipelineStatus(({ report }) =>
      report?.tracking.source === 'camera' && report.camera.state === 'running' ? report.camera.label : '',
    ),
  );
  const profiles = useSnapshots((state) => state.studio?.settings.profiles ?? NO_PROFILES);
  const saved = useMemo(() => ({ camera, profile: profileOf(profiles, camera) }), [profiles, camera]);
  const [draft, setDraft] = useDraft(saved, (next) => {
    const now = useSnapshots.getState().studio?.settings.profiles ?? NO_PROFILES;
    void run(studioConfigure, { profiles: withChoices(now, next.camera, choicesOf(next.profile)) });
  });
  return {
    camera,
    profile: draft.profile,
    change: (part) => setDraft({ camera, profile: { ...draft.profile, ...part } }),
    reset: () => {
      void run(studioConfigure, { profiles: withProfile(profiles, camera, DEFAULT_PROFILE) });
    },
    copyToAll: async () =>
      (await run(studioConfigure, { profiles: withProfile(profiles, ANY_CAMERA, draft.profile) })) !== null,
  };
}
